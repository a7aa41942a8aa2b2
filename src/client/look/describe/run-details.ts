import type { PauseInfo, Question, RunProgress } from '../../../core/index.js';
import type { RunSummary } from '../list/run-summary.js';
import type { RunSums } from './lineage.js';
import type { PendingActivity } from './pending.js';
import type { RootCause } from './root-cause.js';
import type { TaskFailure } from './run-facts.js';

/** What the engine ends a run at; a cluster may set others. */
export const HISTORY_LIMIT = { events: 51_200, bytes: 50 * 1024 * 1024 } as const;
/** Where it begins to suggest that the run continues as new. */
export const HISTORY_SUGGESTION = { events: 4_096, bytes: 4 * 1024 * 1024 } as const;
/** Share of the limit from which a run is in danger. */
const DANGER = 0.8;

export interface HistorySize {
  events: number;
  bytes: number;
  limitEvents: number;
  limitBytes: number;
  /** The larger of the two shares of the limit. */
  share: number;
  /** At 80 % of a limit, or beyond. */
  danger: boolean;
}

export function historySize(events: number, bytes: number): HistorySize {
  const share = Math.max(events / HISTORY_LIMIT.events, bytes / HISTORY_LIMIT.bytes);
  return {
    events,
    bytes,
    limitEvents: HISTORY_LIMIT.events,
    limitBytes: HISTORY_LIMIT.bytes,
    share: Math.round(share * 1_000) / 1_000,
    danger: share >= DANGER,
  };
}

/** Everything about one run; all numbers are added up from history, and exact. */
export interface RunDetails extends Omit<RunSummary, 'totals'>, RunSums {
  /** JSON of the arguments, cut to 1,000 characters; `mcpa result` has a result whole. */
  input: string;
  result?: string;
  failure?: RootCause;
  paused?: PauseInfo;
  /** Starts that wait at the closed gate; only where a worker answered. */
  held?: number;
  questions: Question[];
  /** What patterns of the run plan, as they are where a worker answered, else as the memo has the latest. */
  plans: RunProgress[];
  /** Pending now, or when the run was terminated or timed out. */
  activities: PendingActivity[];
  /** Children that are still open, or were. */
  children: Array<{ workflowId: string; runId: string; workflow: string }>;
  /** Timers that run. */
  timers: Array<{ timerId: string; firesAt: string }>;
  cancelRequested?: true;
  /** The run's workflow task fails again and again: nothing goes on until the code fits its history. */
  blocked?: TaskFailure & { attempt: number };
  history: HistorySize;
  /** The workers that poll the run's task queue. */
  worker: { pollers: string[]; lastPollMs?: number };
  /** Of a workflow retry policy. */
  attempt?: number;
  previous?: { runId: string; how: 'continued' | 'retried' | 'scheduled' };
  nextRunId?: string;
}
