import { randomUUID } from 'node:crypto';
import { McpaError } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { releaseRetried } from '../../deployment/release-retried.js';
import { mapRunError } from '../../errors.js';
import { whoAmI } from '../../identity.js';
import { describeRun, endState, type RunRef } from '../run-ref.js';
import { type HistoryEvent, repeatedCalls, resetPoint } from './reset-point.js';

export interface RetryOptions {
  reason?: string;
}

export interface RetryOutcome {
  workflowId: string;
  /** The new run. */
  runId: string;
  /** The run that failed. */
  failedRunId: string;
  /** What is done anew first, in words. */
  step: string;
  /** Activities that had completed and are run again, as they were started together with the failing step. */
  repeated: string[];
}

/** A cancel that stands behind the reset point would end the new run at once. */
const EXCLUDE_CANCEL_REQUEST = 4;
const REAPPLY_ALL_ELIGIBLE = 3;

/** Takes a run that ended without success up again from before the step that failed, by a Temporal reset. */
export async function retryRun(
  open: OpenClient,
  run: RunRef,
  { reason }: RetryOptions = {},
): Promise<RetryOutcome> {
  const { workflowId } = run;
  const description = await describeRun(open, run);
  const state = endState(description);
  if (state === undefined) throw impossible(`run ${workflowId} goes on`, `mcpa wait ${workflowId}`);
  if (state === 'completed' || state === 'continued') {
    throw impossible(
      `run ${workflowId} has ${state === 'completed' ? 'completed: no step of it failed' : 'continued as another run'}`,
      state === 'completed'
        ? `mcpa result ${workflowId}; start a new run with mcpa run`
        : `mcpa retry ${workflowId}`,
    );
  }
  const failedRunId = description.runId;
  const events = await historyOf(open, { workflowId, runId: failedRunId });
  const point = resetPoint(events);
  if (point === undefined) {
    throw impossible(`run ${workflowId} ended before its first step`, 'start a new run with mcpa run');
  }
  const answer = await open.client.workflowService
    .resetWorkflowExecution({
      namespace: open.where.namespace,
      workflowExecution: { workflowId, runId: failedRunId },
      reason: reason ?? `mcpa retry by ${whoAmI()}`,
      workflowTaskFinishEventId: point.taskEnd,
      requestId: randomUUID(),
      resetReapplyType: REAPPLY_ALL_ELIGIBLE,
      resetReapplyExcludeTypes: [EXCLUDE_CANCEL_REQUEST],
    })
    .catch((error: unknown) => {
      throw mapRunError(error, workflowId, open.where);
    });
  await releaseRetried(open, { workflowId, runId: answer.runId });
  return {
    workflowId,
    runId: answer.runId,
    failedRunId,
    step: point.step,
    repeated: repeatedCalls(events, point),
  };
}

function impossible(message: string, hint: string): McpaError {
  return new McpaError('RETRY_IMPOSSIBLE', message, { hint });
}

async function historyOf(
  { client, where }: OpenClient,
  execution: { workflowId: string; runId: string },
): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService
      .getWorkflowExecutionHistory({
        namespace: where.namespace,
        execution,
        ...(nextPageToken && { nextPageToken }),
      })
      .catch((error: unknown) => {
        throw mapRunError(error, execution.workflowId, where);
      });
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);
  return events;
}
