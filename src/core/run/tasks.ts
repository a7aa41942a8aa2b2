import type { JsonObject } from '../json.js';

/** A tool call that its server goes on with by itself (the extension `io.modelcontextprotocol/tasks`). */
export interface ToolTask {
  /** The server's own. */
  id: string;
  /** Milliseconds until it is looked at. */
  pollMs: number;
  /** Milliseconds since the epoch after which its server may forget it; absent: it doesn't. */
  expiresAt?: number;
  /** The config's deadline, in milliseconds from its start; absent: it may take as long as the run. */
  timeoutMs?: number;
}

/** What a call carries that follows its task. */
export interface FollowedTask extends Pick<ToolTask, 'id' | 'pollMs' | 'expiresAt'> {
  /** Milliseconds since the epoch. */
  deadline?: number;
  /** Keys of what it has asked and was answered: a server may repeat them for a while. */
  answered?: string[];
  /** The answers that are sent first, by key. */
  responses?: JsonObject;
}

/** How a task goes on: heartbeat details of an attempt, kept by the engine from one to the next. */
export interface TaskProgress {
  task: string;
  /** The server's word for where it is. */
  message?: string;
  /** How often it was looked at. */
  polls: number;
  /** Its answers were sent. */
  updated?: true;
  /** Milliseconds since the epoch: since then its server is not to be reached. */
  unreachableSince?: number;
}
