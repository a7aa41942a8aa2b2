import { z } from 'zod';
import type { JsonObject, SessionRef } from '../../../core/index.js';
import { refusedCaller } from '../auth/refused.js';
import type { Connection } from '../connection/connection.js';
import { describe, httpStatus, McpCallError } from '../errors.js';
import { readTask, type TaskState, wireTask } from './task-state.js';

/** One request about a task that a call was answered with. */
export interface TaskCall {
  server: string;
  tool: string;
  task: string;
  /** Sent before it is looked at, by key. */
  responses?: JsonObject;
  /** Keys of questions that need no further answer. */
  answered?: readonly string[];
  session?: SessionRef;
  signal: AbortSignal;
}

const REQUEST_MS = 20_000;
/** Until the next look the connection is kept, and longer by this. */
const KEPT_MS = 60_000;
const INTERNAL_ERROR = -32603;
const nothing = z.looseObject({});

/** `tasks/get`: where the task is. */
export async function getTask(connection: Connection, call: TaskCall): Promise<TaskState> {
  const params = { taskId: call.task };
  const task = await asking(connection, call, (options) =>
    connection.client.request({ method: 'tasks/get', params }, wireTask, options),
  );
  const state = readTask(call.tool, task, connection.config, call.answered);
  // A server over stdio may hold the task in its process.
  if (state.result === undefined) connection.keep(state.pollMs + KEPT_MS);
  return state;
}

/** `tasks/update`: the answers to what it asked. A server passes over those that it has. */
export async function updateTask(connection: Connection, call: TaskCall): Promise<void> {
  const params = { taskId: call.task, inputResponses: call.responses ?? {} };
  await asking(connection, call, (options) =>
    connection.client.request({ method: 'tasks/update', params }, nothing, options),
  );
}

/** `tasks/cancel`: the server is asked to end it, and may do so or not. */
export async function cancelTask(connection: Connection, call: TaskCall): Promise<void> {
  const params = { taskId: call.task };
  await asking(connection, call, (options) =>
    connection.client.request({ method: 'tasks/cancel', params }, nothing, options),
  );
}

/** All three may be repeated, so that whatever goes wrong on the way is worth another try. */
async function asking<T>(
  connection: Connection,
  { server, tool, task, signal }: TaskCall,
  request: (options: { signal: AbortSignal; timeout: number }) => Promise<T>,
): Promise<T> {
  try {
    return await request({ signal, timeout: REQUEST_MS });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const refused = refusedCaller(server, connection.config, error);
    if (refused !== undefined) throw refused;
    const what = `task ${task} of ${tool} at MCP server ${server}`;
    const { code } = error as { code?: unknown };
    const options = { cause: error };
    const answered = typeof code === 'number' && httpStatus(error) === undefined;
    if (answered && code !== INTERNAL_ERROR)
      throw new McpCallError('task_lost', server, `${what}: ${describe(error)}`, options);
    if (typeof code === 'string' && /^(INVALID|UNSUPPORTED)_RESULT/.test(code))
      throw new McpCallError(
        'task_lost',
        server,
        `${what} answered what is no task: ${describe(error)}`,
        options,
      );
    if (!answered && code !== 'REQUEST_TIMEOUT') connection.broken = true;
    throw new McpCallError('unavailable', server, `${what}: ${describe(error)}`, options);
  }
}
