export type {
  AgentSnapshot,
  ContentPart,
  GetPromptOutput,
  Json,
  JsonObject,
  JsonSchema,
  ListedTool,
  LoopResult,
  ReadResourceOutput,
  RequestParams,
  StopReason,
  Usage,
} from '../core/index.js';
export { type ActivitiesOf, activities } from './activities.js';
export { Agent, type AgentOptions, type Prompt, StructuredOutputError } from './agent/agent.js';
export type { HumanInputTool } from './agent/ask-human.js';
export { UnknownAgentError } from './agent/from-config.js';
export type { Output, Schema, StandardSchema } from './agent/schema.js';
export { type LocalTool, type ToolOptions, tool } from './agent/tool.js';
export { HUMAN_INPUT_TIMEOUT, type HumanInputOptions, waitForHumanInput } from './operate/human-input.js';
export * from './patterns.js';
