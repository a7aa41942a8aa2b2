import type { RunSettings } from '../contract.js';
import type { JsonObject } from '../json.js';
import type { ContentPart } from '../messages.js';
import type { CallAsks, ToolAsks } from './asks.js';
import type { FollowedTask, ToolTask } from './tasks.js';

export interface CallToolInput {
  agent: string;
  server: string;
  tool: string;
  arguments: JsonObject;
  callId: string;
  timeoutMs: number;
  /** After so many attempts, one that may have reached the server is the last; one that did not is made again. */
  mostSends?: number;
  /** A person approved this call. */
  approved?: true;
  /** The person changed the arguments: the model is told with the result. */
  edited?: true;
  session?: SessionRef;
  asks?: CallAsks;
  /** The call was made: its server works on it as a task, which is followed. */
  task?: FollowedTask;
  wantSettings?: boolean;
}

/** Which session of its run a call belongs to, on the worker whose task queue it is sent to. */
export interface SessionRef {
  id: string;
  /** The run that it ends with; of a chain of continuations the first. */
  run: { workflowId: string; firstRunId: string };
  /** No call of it has been answered yet: the worker may begin it. */
  begin?: true;
}
export interface SessionWanted {
  server: string;
  /** Of the worker that would keep it. */
  taskQueue: string;
}

export interface CallToolOutput {
  id: string;
  content: ContentPart[];
  isError?: boolean;
  structuredContent?: JsonObject;
  /** No result: the tool wants to know something first. */
  asks?: ToolAsks;
  /** No result: the server goes on with the call as a task. */
  task?: ToolTask;
  /** The model sees this many characters of it. */
  limit?: number;
  /** Attempt that answered, when it was not the first. */
  attempt?: number;
  settings?: RunSettings;
}

/** Input of `mcpa.cancelTask`: nobody waits for the task any more. */
export interface CancelTaskInput {
  server: string;
  tool: string;
  task: string;
  session?: SessionRef;
}
