import { askedBy } from '../asks/input-required.js';
import { refusedCaller } from '../auth/refused.js';
import type { Connection } from '../connection/connection.js';
import { watchAlive } from '../connection/liveness.js';
import { type SendState, withSendState } from '../connection/send-watch.js';
import { describe, httpStatus, McpCallError, neverConnected } from '../errors.js';
import { taskHandle } from '../tasks/task-handles.js';
import { readHandle } from '../tasks/task-state.js';
import type { ToolCall, ToolResult } from '../types.js';
import { toolResult } from './tool-result.js';

/** Survives repeats of the call by other attempts and workers: lets a server recognise one it has done. */
export const IDEMPOTENCY_META_KEY = 'mcpa/idempotencyKey';

/** One `tools/call` on a live connection; `deadline` in milliseconds since the epoch. */
export async function callOn(connection: Connection, call: ToolCall, deadline: number): Promise<ToolResult> {
  const state: SendState = { sent: false };
  using alive = watchAlive(connection, call.signal);
  const request = withSendState(state, () =>
    connection.calls.during(call, () =>
      connection.client.callTool(paramsOf(call), {
        signal: alive.signal,
        timeout: Math.max(1, deadline - Date.now()),
        onprogress: ({ progress, total, message }) =>
          call.onProgress({
            progress,
            ...(total === undefined ? {} : { total }),
            ...(message === undefined ? {} : { message }),
          }),
      }),
    ),
  );
  try {
    const result = await request;
    const handle = taskHandle(result);
    return handle === undefined ? toolResult(result) : inTask(connection, call, handle);
  } catch (error) {
    if (error instanceof McpCallError) throw error;
    // The SDK rejects alike for abort and timeout: our own signal tells them apart.
    if (call.signal.aborted) throw call.signal.reason;
    const asked = askedBy(error, connection.config);
    if (asked !== undefined && 'asks' in asked) return { content: [], asks: asked.asks };
    if (asked !== undefined) {
      const message = `${call.tool} of MCP server ${call.server} asked in vain: ${asked.problem}`;
      throw new McpCallError('protocol', call.server, message, { cause: error });
    }
    throw callError(call, alive.lost ?? error, state, connection);
  }
}

/** Its server goes on by itself: the run looks how, whatever becomes of this process. */
function inTask({ client, config }: Connection, { server, tool }: ToolCall, handle: unknown): ToolResult {
  // Servers of 2025 had other tasks, which nobody offered them.
  const modern = client.getProtocolEra() === 'modern';
  const task = modern ? readHandle(handle, config) : 'a task, which its protocol does not have';
  if (typeof task !== 'string') return { content: [], task };
  throw new McpCallError('protocol', server, `${tool} of MCP server ${server} answered with ${task}`);
}

/** Within the parameters, as the specification has it; the SDK's types know of them in its own rounds only. */
function paramsOf({ tool, arguments: args, idempotencyKey, asks }: ToolCall) {
  return {
    name: tool,
    arguments: args,
    _meta: { [IDEMPOTENCY_META_KEY]: idempotencyKey },
    ...(asks?.responses === undefined ? {} : { inputResponses: asks.responses }),
    ...(asks?.state === undefined ? {} : { requestState: asks.state }),
  };
}

function callError(call: ToolCall, error: unknown, state: SendState, connection: Connection): McpCallError {
  const { server, tool } = call;
  const what = `${tool} of MCP server ${server}`;
  const code = (error as { code?: unknown }).code;
  const options = { cause: error };
  const status = httpStatus(error);
  // A server that refuses its caller has done nothing.
  const refused = refusedCaller(server, connection.config, error);
  if (refused !== undefined) return refused;

  if (typeof code === 'number' && status === undefined) {
    // Its state for the call may have expired while the person took their time.
    const late = call.asks === undefined ? '' : ' with the answers to what it had asked';
    return new McpCallError('protocol', server, `${what} was refused${late}: ${describe(error)}`, options);
  }
  if (code === 'REQUEST_TIMEOUT') {
    const message = `${what} gave no answer within ${Math.round(call.timeoutMs / 100) / 10} s`;
    return new McpCallError(state.sent ? 'timeout' : 'not_sent', server, message, options);
  }
  if (
    code === 'INVALID_RESULT' ||
    code === 'UNSUPPORTED_RESULT_TYPE' ||
    code === 'CAPABILITY_NOT_SUPPORTED'
  ) {
    return new McpCallError(
      'protocol',
      server,
      `${what} answered what is no tool result: ${describe(error)}`,
      options,
    );
  }
  connection.broken = true;
  if (status === 403) {
    const hint = `set the credentials under headers of ${server}`;
    return new McpCallError('unavailable', server, `${what}: HTTP ${status}`, { ...options, hint });
  }
  // 404: the session has expired; 405 and 429: refused at the door.
  const turnedAway = status === 404 || status === 405 || status === 429;
  if (!state.sent || neverConnected(error) || turnedAway) {
    return new McpCallError('not_sent', server, `${what} could not be sent: ${describe(error)}`, options);
  }
  const { ending } = connection.transport as { ending?: string };
  const how = ending === undefined ? '' : ` (its process: ${ending})`;
  const message = `the connection was lost while ${what} ran: ${describe(error)}${how}`;
  return new McpCallError('unknown_outcome', server, message, options);
}
