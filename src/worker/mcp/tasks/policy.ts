import type { McpServerConfig } from '../../../config/types.js';

/** How the tasks of a server are followed. */
export interface TaskRules {
  /** Milliseconds from its start until a task is cancelled; none: as long as its run. */
  timeoutMs?: number;
}

/** The config's word; undefined: the server is not told that it may answer with a task. */
export function tasksOf({ tasks = {} }: McpServerConfig): TaskRules | undefined {
  const whole = typeof tasks === 'string' ? { policy: tasks } : tasks;
  if (whole.policy === 'off') return undefined;
  const { timeout_seconds: seconds } = whole;
  return seconds === undefined ? {} : { timeoutMs: seconds * 1_000 };
}
