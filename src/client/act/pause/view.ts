import type { WorkflowExecutionDescription } from '@temporalio/client';
import { unlocked } from '../../../config/index.js';
import { MEMO, type PauseInfo, type RunMemo } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { mapRunError } from '../../errors.js';
import { timeOf } from '../../presence.js';
import { describeRun, type EndState, endState, type RunRef } from '../run-ref.js';
import { type InFlight, inFlightOf } from './in-flight.js';

/** What the engine knows of a run at one moment: no worker is asked. */
export interface RunView {
  runId: string;
  /** The first run of its chain of continuations. */
  firstRunId: string;
  ended?: EndState;
  paused?: PauseInfo;
  /** Work that the run started and that has not ended; a pause doesn't stop it. */
  inFlight: InFlight[];
  /** The task that waits for a worker, or that one has: what was sent before is not yet acted upon. */
  task?: { taken: boolean; attempt: number };
}

const TASK_STARTED = 2;

export async function viewRun(open: OpenClient, run: RunRef): Promise<RunView> {
  return viewOf(await describeRun(open, run));
}

function viewOf(description: WorkflowExecutionDescription): RunView {
  const { raw, memo, runId } = description;
  const ended = endState(description);
  const paused = (unlocked(memo?.[MEMO]) as RunMemo | undefined)?.paused;
  const task = raw.pendingWorkflowTask;
  // An empty message may stand for none.
  const waits = task != null && timeOf(task.scheduledTime) > 0;
  return {
    runId,
    firstRunId: raw.workflowExecutionInfo?.firstRunId || runId,
    ...(ended !== undefined && { ended }),
    ...(paused !== undefined && { paused }),
    inFlight: inFlightOf(raw),
    ...(waits && { task: { taken: task.state === TASK_STARTED, attempt: task.attempt ?? 1 } }),
  };
}

/**
 * Whether the run has acted upon all that it was sent. Asked only when no task waits: a run that is to start later
 * (a delay, the engine's pause before a continuation) has a signal without a task.
 */
export async function isIdle({ client, where }: OpenClient, run: RunRef, view: RunView): Promise<boolean> {
  const page = await client.workflowService
    .getWorkflowExecutionHistoryReverse({
      namespace: where.namespace,
      execution: { workflowId: run.workflowId, runId: view.runId },
      maximumPageSize: 50,
    })
    .catch((error: unknown) => {
      throw mapRunError(error, run.workflowId, where);
    });
  for (const event of page.history?.events ?? []) {
    if (event.workflowTaskCompletedEventAttributes) return true;
    if (event.workflowExecutionSignaledEventAttributes || event.workflowExecutionStartedEventAttributes)
      return false;
  }
  return true;
}
