export type {
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
export { Agent, type AgentOptions, type Prompt, StructuredOutputError } from './agent.js';
export type { Output, Schema, StandardSchema } from './schema.js';
export { type LocalTool, type ToolOptions, tool } from './tool.js';
