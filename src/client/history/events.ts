import type {
  AnswerAction,
  ClosedHow,
  Decision,
  ErrorCode,
  Json,
  JsonObject,
  JsonSchema,
  PauseInfo,
  ProgressTask,
  QuestionKind,
  RunProgress,
  Usage,
} from '../../core/index.js';

/** What every event carries. Durable ones have a cursor; live ones may be skipped and never replay. */
export interface EventBase {
  time: string;
  workflowId: string;
  runId: string;
  /** How far the followed run and its children were read with this event: `--from` goes on after it. */
  cursor?: string;
  live?: true;
  /** For a child's events: 1 for a child of the followed run, 2 for a child's child. */
  depth?: number;
  /** For a child's events: the workflow id of the run that started it. */
  parent?: string;
}

/** A tool call as the model asked for it. */
export interface AskedCall {
  id: string;
  name: string;
  arguments: JsonObject;
  /** Absent for a local tool, and where there is a problem. */
  server?: string;
  tool?: string;
  /** Why the call can't be made. */
  problem?: string;
}

export interface ModelCallRef {
  agent: string;
  /** Tells agents of one name apart. */
  conversation: string;
  turn: number;
  activityId: string;
}

export interface ToolCallRef {
  agent: string;
  activityId: string;
  callId: string;
  server: string;
  tool: string;
  /** Absent for a call that the workflow made itself. */
  conversation?: string;
  turn?: number;
}

/** How a call ended that took some attempts. */
export interface Attempts {
  attempt: number;
  /** Why the attempt before failed. */
  lastError?: string;
}

export interface QuestionRef {
  question: string;
  kind: QuestionKind;
}

export type ChildState =
  | 'started'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'timed_out'
  | 'terminated'
  | 'not_started';

/** What happened, without where and when. */
export type EventBody =
  | {
      type: 'run_started';
      workflow: string;
      taskQueue: string;
      input: unknown[];
      /** This run goes on where the run of this id ended. */
      continues?: string;
    }
  /** A worker took the run up: the first one, another one, or any after a blocked task. */
  | { type: 'task_started'; worker: string }
  | ({ type: 'turn_started' } & ModelCallRef)
  | ({
      type: 'model_call_completed';
      model: string;
      usage: Usage;
      cost?: number;
      ms: number;
      text: string;
      toolCalls: AskedCall[];
      stopReason: string;
    } & ModelCallRef &
      Attempts)
  | ({ type: 'model_call_failed'; ms: number; message: string } & ModelCallRef & Attempts)
  /** The servers offer the agent other tools than at its call before: digests of the two catalogues. */
  | { type: 'catalog_changed'; agent: string; conversation: string; turn: number; from: string; to: string }
  /** Optional MCP servers were down at this turn, so their tools were not offered; none: all are back. */
  | { type: 'servers_missing'; agent: string; conversation: string; turn: number; servers: string[] }
  /** The conversation outgrew its model's context: what the model no longer sees. Tokens are estimates. */
  | {
      type: 'context_compacted';
      agent: string;
      conversation: string;
      turn: number;
      policy: 'truncate_tools' | 'summarize';
      /** Messages that a summary replaces, or tool results that a line replaces. */
      items: number;
      tokensBefore: number;
      tokensAfter: number;
    }
  | ({ type: 'tool_call_started'; arguments: JsonObject } & ToolCallRef)
  | ({
      type: 'tool_call_completed';
      ms: number;
      isError: boolean;
      text: string;
      asks?: number;
      /** No result: the server goes on with the call as this task, which the run follows. */
      task?: string;
    } & ToolCallRef &
      Attempts)
  | ({ type: 'tool_call_failed'; ms: number; message: string } & ToolCallRef & Attempts)
  | { type: 'activity_started'; name: string; activityId: string }
  | ({ type: 'activity_completed'; name: string; activityId: string; ms: number } & Attempts)
  | ({ type: 'activity_failed'; name: string; activityId: string; ms: number; message: string } & Attempts)
  | ({
      type: 'question_asked';
      prompt: string;
      choices?: string[];
      default?: string;
      expiresAt?: string;
      agent?: string;
      tool?: { server: string; tool: string; arguments: JsonObject };
      schema?: JsonSchema;
      url?: string;
    } & QuestionRef)
  | ({
      type: 'question_closed';
      how: ClosedHow;
      by?: string;
      text?: string;
      decision?: Decision;
      action?: AnswerAction;
      edited?: boolean;
    } & QuestionRef)
  | {
      type: 'answer';
      via: 'update' | 'signal';
      answerId?: string;
      question?: string;
      by?: string;
      text?: string;
      decision?: Decision;
      action?: AnswerAction;
      edited?: boolean;
      /** Why the run turned it down. */
      refused?: string;
    }
  | { type: 'signal'; name: string; args: unknown[] }
  | {
      type: 'update';
      name: string;
      state: 'accepted' | 'completed' | 'failed' | 'rejected';
      updateId: string;
      args?: unknown[];
      message?: string;
    }
  /**
   * A pattern has planned (`planned`), or tasks of its plan have ended (`progress`): the plan from then on, long texts
   * shortened, and the tasks that ended since its event before.
   */
  | ({ type: 'plan'; change: 'planned' | 'progress'; ended: ProgressTask[] } & RunProgress)
  | ({ type: 'paused' } & PauseInfo)
  | { type: 'resumed'; by?: string; reason?: string }
  | {
      type: 'timer';
      state: 'started' | 'fired' | 'cancelled';
      timerId: string;
      ms?: number;
      summary?: string;
    }
  | {
      type: 'child';
      state: ChildState;
      workflow: string;
      childId: string;
      childRunId?: string;
      message?: string;
      /** Too many children are open: of this one only the states are told. */
      statesOnly?: true;
    }
  | { type: 'state'; states: string[] }
  | { type: 'task_failed'; message: string; worker: string; code?: ErrorCode }
  /** Four fifths of what the engine takes before it terminates the run; told once a run. */
  | { type: 'history_nearly_full'; events: number; bytes: number; share: number }
  | { type: 'cancel_requested' }
  | { type: 'run_continued'; newRunId: string; message?: string }
  | { type: 'run_completed'; result?: Json }
  | { type: 'run_failed'; message: string; failureType?: string; at?: string }
  | { type: 'run_cancelled' }
  | { type: 'run_timed_out' }
  | { type: 'run_terminated'; reason: string }
  | { type: 'retry'; activityId: string; name: string; attempt: number; message: string; nextMs: number }
  /** The call waits for its provider's limits, as the worker's config has them; without `for` no longer. */
  | ({
      type: 'waiting';
      for?: 'requests_per_minute' | 'tokens_per_minute' | 'retry_after';
      /** Calls that go before it. */
      ahead?: number;
    } & ModelCallRef)
  /** What the server says about a call that goes on, or about its task. */
  | ({
      type: 'tool_progress';
      task?: string;
      message?: string;
      progress?: number;
      total?: number;
    } & ToolCallRef)
  | ({ type: 'token'; text: string; offset: number } & ModelCallRef)
  | { type: 'engine_lost'; message: string };

export type RunEvent = EventBase & EventBody;

const FINAL = new Set<EventBody['type']>([
  'run_completed',
  'run_failed',
  'run_cancelled',
  'run_timed_out',
  'run_terminated',
]);

/** True for the last event of the followed run; its children's ends don't count. */
export function isFinal(event: RunEvent): boolean {
  return event.depth === undefined && isEnd(event);
}

/** True for the event that ends a run, be it the followed one or a child. */
export function isEnd(event: EventBody): boolean {
  return FINAL.has(event.type);
}
