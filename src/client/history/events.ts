import type { ErrorCode, Json, JsonObject, Usage } from '../../core/index.js';

/** What every event carries. Durable ones have a cursor; live ones may be skipped and never replay. */
export interface EventBase {
  time: string;
  workflowId: string;
  runId: string;
  /** `run/event/sub`: where to resume. */
  cursor?: string;
  live?: true;
}

/** What happened, without where and when. */
export type EventBody =
  | { type: 'run_started'; workflow: string; taskQueue: string; input: unknown[] }
  | { type: 'task_started'; worker: string }
  | { type: 'turn_started'; agent: string; turn: number; activityId: string }
  | {
      type: 'model_call_completed';
      agent: string;
      turn: number;
      activityId: string;
      model: string;
      usage: Usage;
      ms: number;
      text: string;
      toolCalls: Array<{ id: string; name: string; arguments: JsonObject }>;
      stopReason: string;
    }
  | {
      type: 'model_call_failed';
      agent: string;
      turn: number;
      activityId: string;
      ms: number;
      message: string;
    }
  | ({ type: 'tool_call_started' } & ToolCallRef & { arguments: JsonObject })
  | ({ type: 'tool_call_completed' } & ToolCallRef & { ms: number; isError: boolean; text: string })
  | ({ type: 'tool_call_failed' } & ToolCallRef & { ms: number; message: string })
  | { type: 'activity_started'; name: string; activityId: string }
  | { type: 'activity_completed'; name: string; activityId: string; ms: number }
  | { type: 'activity_failed'; name: string; activityId: string; ms: number; message: string }
  | { type: 'signal'; name: string; args: unknown[] }
  | { type: 'timer'; state: 'started' | 'fired' | 'cancelled'; timerId: string; ms?: number }
  | { type: 'child'; state: string; workflow: string; childId: string }
  | { type: 'state'; states: string[] }
  | { type: 'task_failed'; message: string; worker: string; code?: ErrorCode }
  | { type: 'cancel_requested' }
  | { type: 'run_continued'; newRunId: string }
  | { type: 'run_completed'; result?: Json }
  | { type: 'run_failed'; message: string; failureType?: string; at?: string }
  | { type: 'run_cancelled' }
  | { type: 'run_timed_out' }
  | { type: 'run_terminated'; reason: string }
  | { type: 'retry'; activityId: string; name: string; attempt: number; message: string; nextMs: number }
  | { type: 'token'; activityId: string; agent: string; text: string; offset: number }
  | { type: 'engine_lost'; message: string };

export interface ToolCallRef {
  agent: string;
  activityId: string;
  callId: string;
  server: string;
  tool: string;
}

export type RunEvent = EventBase & EventBody;

const FINAL = new Set(['run_completed', 'run_failed', 'run_cancelled', 'run_timed_out', 'run_terminated']);

export function isFinal(event: RunEvent): boolean {
  return FINAL.has(event.type);
}
