import { isMcpaError } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { describeRun, type EndState, endState } from '../run-ref.js';
import type { FoundRun } from './find-open-runs.js';

/** What became of one run of a batch. */
export interface BatchItem {
  workflowId: string;
  runId: string;
  /** The state that it reached; absent: `error` says why. */
  state?: string;
  error?: unknown;
}

export interface BatchOptions {
  /** How long all runs together may take to reach the state; thirty seconds otherwise. */
  timeoutMs?: number;
  signal?: AbortSignal;
  onItem?: (item: BatchItem) => void;
}

/** One act in two steps, so that no run's request waits for another run to reach its state. */
export interface Act<T> {
  request(run: FoundRun): Promise<T>;
  reach(run: FoundRun, requested: T): Promise<string>;
}

/** Requests at once: enough to hide the way to the engine, few enough not to be limited by it. */
const AT_ONCE = 20;

/** Does the same to each run; one that fails doesn't stop the others. The answer is in the order of the runs. */
export async function actOnRuns<T>(
  open: OpenClient,
  runs: FoundRun[],
  act: Act<T>,
  { onItem, signal }: BatchOptions,
): Promise<BatchItem[]> {
  const items = new Map<FoundRun, BatchItem>();
  const requested = new Map<FoundRun, T>();
  const done = (run: FoundRun, outcome: { state: string } | { error: unknown }) => {
    const item = { workflowId: run.workflowId, runId: run.runId, ...outcome };
    items.set(run, item);
    onItem?.(item);
  };
  const failed = async (run: FoundRun, error: unknown) => {
    const ended = isMcpaError(error) && error.code === 'RUN_CLOSED' ? await howEnded(open, run) : undefined;
    done(run, ended === undefined ? { error } : { state: ended });
  };
  await each(runs, signal, async (run) => {
    await act.request(run).then(
      (value) => requested.set(run, value),
      (error: unknown) => failed(run, error),
    );
  });
  await each([...requested.keys()], signal, async (run) => {
    await act.reach(run, requested.get(run) as T).then(
      (state) => done(run, { state }),
      (error: unknown) => failed(run, error),
    );
  });
  return runs.flatMap((run) => items.get(run) ?? []);
}

async function each(
  runs: FoundRun[],
  signal: AbortSignal | undefined,
  work: (run: FoundRun) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < runs.length && !signal?.aborted) await work(runs[next++] as FoundRun);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** A run that ended by itself meanwhile is no failure of the batch. */
async function howEnded(open: OpenClient, run: FoundRun): Promise<EndState | undefined> {
  return endState(await describeRun(open, run));
}
