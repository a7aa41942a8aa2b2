import { setTimeout as delay } from 'node:timers/promises';
import { McpaError } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { POLL_LASTS_MS, workerPresence } from '../../presence.js';
import { noWorker } from '../no-worker.js';
import { describeRun, type RunRef } from '../run-ref.js';
import type { InFlight } from './in-flight.js';
import type { PauseTree } from './pause-tree.js';
import { isIdle, type RunView, viewRun } from './view.js';

const LOOK_MS = 100;
const SLOW_LOOK_MS = 500;
/** Time for a live worker to take a task. */
const TAKE_MS = 2_000;
/** The engine holds a task back ten seconds for a worker that died. */
const HELD_BACK_MS = 12_000;

export interface Waiting {
  deadline: number;
  signal: AbortSignal;
}

/**
 * Looks until the run has acted upon what was sent to it. That is so when no task of it waits any more: a signal
 * and its task are written together, and so are the task's end and the memo that tells the state.
 */
export async function settled(
  open: OpenClient,
  run: RunRef,
  what: string,
  { deadline, signal }: Waiting,
): Promise<RunView> {
  const from = Date.now();
  for (;;) {
    const view = await viewRun(open, run);
    if (view.ended !== undefined) return view;
    if (view.task === undefined && (await isIdle(open, run, view))) return view;
    const waited = Date.now() - from;
    if (
      view.task?.taken === false &&
      (waited > HELD_BACK_MS || (waited > TAKE_MS && (await nobodyPolls(open, run))))
    ) {
      throw await noWorker(
        open,
        run,
        `${what} is recorded`,
        'it takes effect before anything else of the run starts: start a worker with `mcpa worker` or `mcpa dev`',
      );
    }
    if (Date.now() > deadline) throw unsettled(run, what, view.task?.attempt ?? 1);
    await pauseBetween(waited, signal);
  }
}

/** Looks until nothing is in flight in the run and its children, or the time has passed. */
export async function drained(
  open: OpenClient,
  run: RunRef,
  first: RunView,
  tree: PauseTree,
  { deadline, signal }: Waiting,
  onView: (inFlight: InFlight[]) => void,
): Promise<RunView> {
  const from = Date.now();
  let view = first;
  for (;;) {
    if (view.ended !== undefined || view.paused === undefined) return view;
    const inFlight = await tree.look({ ...run, runId: view.runId }, view);
    view = { ...view, inFlight };
    if (inFlight.length === 0) return view;
    onView(inFlight);
    if (Date.now() > deadline) return view;
    await pauseBetween(Date.now() - from, signal);
    view = await viewRun(open, run);
  }
}

async function pauseBetween(waited: number, signal: AbortSignal): Promise<void> {
  await delay(waited < TAKE_MS ? LOOK_MS : SLOW_LOOK_MS, undefined, { signal }).catch(() => {
    throw signal.reason;
  });
}

async function nobodyPolls(open: OpenClient, run: RunRef): Promise<boolean> {
  const { taskQueue } = await describeRun(open, run);
  const { lastPollMs } = await workerPresence(open, taskQueue);
  return lastPollMs === undefined || lastPollMs > POLL_LASTS_MS;
}

function unsettled({ workflowId }: RunRef, what: string, attempt: number): McpaError {
  const fails = attempt > 1 ? `; its workers fail to run it (attempt ${attempt})` : '';
  return new McpaError(
    'COMMAND_TIMEOUT',
    `${what} is recorded, but run ${workflowId} has not acted${fails}`,
    {
      hint: `mcpa describe ${workflowId}`,
    },
  );
}
