import type { OpenClient } from '../connection.js';
import { isStalePageToken, isTransient, mapRunError } from '../errors.js';
import { describeRun, type EndState, endState, type RunRef } from './run-ref.js';

const CLOSE_EVENT_ONLY = 2;
const LONG_POLL_MS = 30_000;

export interface RunEnd {
  runId: string;
  state: EndState;
}

/** Waits until a run has ended, over continue-as-new; undefined when the time passed or the signal said stop. */
export async function waitForEnd(
  open: OpenClient,
  run: RunRef,
  deadline: number,
  signal: AbortSignal,
): Promise<RunEnd | undefined> {
  let { runId } = run;
  for (;;) {
    const description = await describeRun(open, { ...run, runId });
    const state = endState(description);
    if (state === 'continued') {
      runId = undefined;
      continue;
    }
    if (state !== undefined) return { runId: description.runId, state };
    if (signal.aborted || Date.now() > deadline) return undefined;
    await closing(open, { ...run, runId: description.runId }, deadline, signal);
  }
}

/** One long poll for the closing event: costs nothing while the run goes on. */
async function closing(open: OpenClient, run: RunRef, deadline: number, signal: AbortSignal): Promise<void> {
  const { client, where } = open;
  const until = Math.min(deadline, Date.now() + LONG_POLL_MS);
  const poll = () =>
    client.workflowService.getWorkflowExecutionHistory({
      namespace: where.namespace,
      execution: { workflowId: run.workflowId, runId: run.runId ?? '' },
      historyEventFilterType: CLOSE_EVENT_ONLY,
      waitNewEvent: true,
      skipArchival: true,
    });
  const { connection } = client;
  try {
    // A signal of its own: the SDK leaves listeners on what it gets.
    await connection.withAbortSignal(AbortSignal.any([signal]), () => connection.withDeadline(until, poll));
  } catch (error) {
    if (!signal.aborted && !isTransient(error) && !isStalePageToken(error))
      throw mapRunError(error, run.workflowId, where);
  }
}
