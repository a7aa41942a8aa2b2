/** How a bundle knows that it is replayed by a checker, and whom it tells what it starts. */
export const REPLAY = {
  /** The task queue of replay workers begins so. */
  queue: 'mcpa-replay',
  /** Name of the sink. */
  sink: 'mcpaReplay',
} as const;

/** What a workflow starts that a history records: an activity, a timer, and the like. */
export interface ReplayStep {
  kind: 'activity' | 'timer' | 'child workflow' | 'signal' | 'continue as new';
  name: string;
  summary?: string;
  /** Where the workflow started it. */
  stack: string;
  /** Where the calls on agents that are served now were made. */
  asked?: string[];
}

/** The sinks of a replay worker. */
export type ReplaySinks = {
  [REPLAY.sink]: { step(step: ReplayStep): void };
};
