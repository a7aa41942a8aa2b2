import {
  type AgentDefinitionsInput,
  type CallToolInput,
  type CancelTaskInput,
  type GenerateInput,
  type GetPromptInput,
  type ListToolsInput,
  type ReadConversationInput,
  type ReadResourceInput,
  WIRE,
} from '../../core/index.js';
import { agentDefinitions } from './agent-definitions.js';
import { readConversation } from './conversation/read-conversation.js';
import { generate } from './generate.js';
import type { Services } from './services.js';
import { cancelTask } from './tasks/cancel-task.js';
import { callTool, getPrompt, listTools, readResource } from './tools.js';

/** mcpa's activities under their wire names, bound to one worker's services. */
export function mcpaActivities(services: Services) {
  return {
    [WIRE.generate]: (input: GenerateInput) => generate(services, input),
    [WIRE.callTool]: (input: CallToolInput) => callTool(services, input),
    [WIRE.cancelTask]: (input: CancelTaskInput) => cancelTask(services, input),
    [WIRE.listTools]: (input: ListToolsInput) => listTools(services, input),
    [WIRE.readResource]: (input: ReadResourceInput) => readResource(services, input),
    [WIRE.readConversation]: (input: ReadConversationInput) => readConversation(services, input),
    [WIRE.agentDefinitions]: (input: AgentDefinitionsInput) => agentDefinitions(services, input),
    [WIRE.getPrompt]: (input: GetPromptInput) => getPrompt(services, input),
  };
}
