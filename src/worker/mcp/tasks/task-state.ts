import { z } from 'zod';
import type { McpServerConfig } from '../../../config/types.js';
import type { ToolTask } from '../../../core/index.js';
import { type Asked, askedInTask } from '../asks/input-required.js';
import { toolResult } from '../call/tool-result.js';
import type { ToolResult } from '../types.js';
import { tasksOf } from './policy.js';

/** A server that wants to be asked all the time, and one that is asked too late to be told of a question. */
const SHORTEST_POLL_MS = 250;
const LONGEST_POLL_MS = 3_600_000;
/** Where the server has no wish. */
const POLL_MS = 5_000;
const LONGEST_MESSAGE = 1_000;
const LONGEST_ID = 1_000;

/** A task as its server tells of it. */
export const wireTask = z.looseObject({
  taskId: z.string().min(1).max(LONGEST_ID),
  status: z.enum(['working', 'input_required', 'completed', 'failed', 'cancelled']),
  // Hints: a task is not given up because one of them is odd.
  statusMessage: z.string().optional().catch(undefined),
  createdAt: z.string().optional().catch(undefined),
  ttlMs: z.number().nullish().catch(undefined),
  pollIntervalMs: z.number().nullish().catch(undefined),
  inputRequests: z.record(z.string(), z.looseObject({})).optional(),
  result: z.looseObject({}).optional(),
  error: z.looseObject({ message: z.string().optional() }).optional(),
});
export type WireTask = z.infer<typeof wireTask>;

/** Where a task is, for those who follow it. */
export interface TaskState {
  message?: string;
  /** Milliseconds until it is looked at again. */
  pollMs: number;
  /** Milliseconds since the epoch. */
  expiresAt?: number;
  /** What it wants to know, or why it can't be told. */
  asked?: Asked;
  /** It has ended: with a result of its tool, or with an error that stands for one. */
  result?: ToolResult;
}

/** The handle that a tool answered with; a message says what is wrong with it. */
export function readHandle(handle: unknown, config: McpServerConfig): ToolTask | string {
  const rules = tasksOf(config);
  if (rules === undefined) return 'a task, which it was not offered';
  const { success, data, error } = wireTask.safeParse(handle);
  if (!success) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return `a task that can't be followed: ${problems.join('; ')}`;
  }
  return { id: data.taskId, ...times(data), ...rules, ...(data.status === 'working' ? {} : { pollMs: 0 }) };
}

/** `answered` are keys of questions that need no further answer. */
export function readTask(
  tool: string,
  task: WireTask,
  config: McpServerConfig,
  answered: readonly string[] = [],
): TaskState {
  const state: TaskState = times(task);
  const message = task.statusMessage?.slice(0, LONGEST_MESSAGE);
  if (message !== undefined) state.message = message;
  const why = task.error?.message ?? message;
  const because = why === undefined ? '' : `: ${why}`;
  switch (task.status) {
    case 'input_required': {
      const open = Object.entries(task.inputRequests ?? {}).filter(([key]) => !answered.includes(key));
      if (open.length > 0) state.asked = askedInTask(Object.fromEntries(open), config);
      break;
    }
    case 'completed':
      state.result = task.result
        ? toolResult(task.result)
        : failed(`The task of ${tool} has completed, and its server gave no result`);
      break;
    case 'failed':
      state.result = failed(`The task of ${tool} failed${because}`);
      break;
    case 'cancelled':
      state.result = failed(`The task of ${tool} was cancelled at its server${because}`);
      break;
  }
  return state;
}

function times({ pollIntervalMs, createdAt = '', ttlMs }: WireTask): Pick<TaskState, 'pollMs' | 'expiresAt'> {
  const pollMs = Math.min(LONGEST_POLL_MS, Math.max(SHORTEST_POLL_MS, pollIntervalMs ?? POLL_MS));
  const expiresAt = Date.parse(createdAt) + (ttlMs ?? Number.NaN);
  return { pollMs, ...(Number.isFinite(expiresAt) ? { expiresAt } : {}) };
}

function failed(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
