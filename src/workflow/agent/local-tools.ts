import { isCancellation, rootCause, scheduleActivity } from '@temporalio/workflow';
import {
  type AgentSpec,
  type Conversation,
  errorItem,
  type ToolCallPart,
  type ToolItem,
} from '../../core/index.js';
import { optionsFor } from '../activity-options.js';
import { runMcpTool } from '../calls/tool-calls.js';
import { settings } from '../run-state.js';
import { readResultCall } from './read-result.js';
import type { LocalTool } from './tool.js';

/** One tool call of the model: an MCP tool, a tool of the workflow, or a problem that the model is told. */
export function runToolCall(
  agent: Pick<AgentSpec, 'name' | 'model'>,
  conversation: Conversation,
  call: ToolCallPart,
  tools: LocalTool[],
): Promise<{ item: ToolItem; recorded: boolean }> {
  const unrecorded = (item: ToolItem) => ({ item, recorded: false });
  if (call.problem !== undefined) return Promise.resolve(unrecorded(errorItem(call, call.problem)));
  if (call.target !== undefined) return runMcpTool(agent, conversation, call, call.target);
  const read = readResultCall(conversation, call);
  if (read !== undefined) return Promise.resolve(unrecorded(read));
  const local = tools.find((candidate) => candidate.name === call.name);
  if (local === undefined) return Promise.resolve(unrecorded(errorItem(call, `Unknown tool ${call.name}.`)));
  return runLocalTool(local, call).then(unrecorded);
}

/** What goes wrong in a tool of the workflow is a result that the model reads; only a cancellation ends the call. */
export async function runLocalTool(local: LocalTool, call: ToolCallPart): Promise<ToolItem> {
  try {
    const value =
      typeof local.run === 'string'
        ? await scheduleActivity(
            local.run,
            [call.arguments],
            optionsFor({ names: [local.run], summary: local.name }),
          )
        : await local.run(call.arguments);
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
    const item: ToolItem = {
      role: 'tool',
      callId: call.id,
      id: `l-${call.id}`,
      content: [{ type: 'text', text }],
    };
    const { resultLimit: limit } = settings();
    return limit === undefined || text.length <= limit ? item : { ...item, limit };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return errorItem(call, rootCause(error) ?? String(error));
  }
}
