import {
  isGrpcCancelledError,
  WorkflowUpdateFailedError,
  type WorkflowUpdateHandle,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { unlocked } from '../../../config/index.js';
import { McpaError } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { mapRunError, rootMessage } from '../../errors.js';
import { noWorker } from '../no-worker.js';
import type { RunRef } from '../run-ref.js';
import { knownMessages, namesText } from './known-messages.js';

export interface UpdateOptions {
  /** The same id sent twice counts once. */
  updateId?: string;
  /** How long the run may take to accept or reject; fifteen seconds otherwise. */
  acceptMs?: number;
  /** Ends the wait for the result of an update that was accepted; the update goes on. */
  signal?: AbortSignal;
}

export interface UpdateDone<T> {
  updateId: string;
  runId: string | undefined;
  result: T;
}

/** Longer than the ten seconds for which the engine holds a task back for a worker that died. */
const ACCEPT_MS = 15_000;

/** Sends an update and waits for its result; throws `NO_WORKER`, `UPDATE_UNKNOWN`, `UPDATE_REJECTED` or `UPDATE_FAILED`. */
export async function updateRun<T>(
  open: OpenClient,
  run: RunRef,
  update: string,
  args: unknown[],
  options: UpdateOptions = {},
): Promise<UpdateDone<T>> {
  const { client } = open;
  const { connection } = client;
  const signal = options.signal ?? new AbortController().signal;
  const updateId = options.updateId ?? crypto.randomUUID();
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  let accepted: WorkflowUpdateHandle<T> | undefined;
  try {
    accepted = await connection.withAbortSignal(signal, () =>
      connection.withDeadline(Date.now() + (options.acceptMs ?? ACCEPT_MS), () =>
        handle.startUpdate<T, [unknown, ...unknown[]]>(update, {
          args: args as [unknown, ...unknown[]],
          updateId,
          waitForStage: 'ACCEPTED',
        }),
      ),
    );
    const { workflowRunId: runId } = accepted;
    const result = unlocked(await connection.withAbortSignal(signal, () => accepted!.result()));
    return { updateId, runId, result };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw await updateFailed(open, run, update, updateId, error);
    const unanswered =
      error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcCancelledError(error);
    if (!unanswered) throw mapRunError(error, run.workflowId, open.where);
    if (signal.aborted) throw signal.reason;
    throw await noWorker(
      open,
      run,
      `update ${update} was not taken`,
      'start a worker with `mcpa worker` or `mcpa dev`; the engine may still hand it this update',
    );
  }
}

async function updateFailed(
  open: OpenClient,
  run: RunRef,
  update: string,
  updateId: string,
  cause: WorkflowUpdateFailedError,
): Promise<McpaError> {
  const reason = rootMessage(cause);
  if (await wasAccepted(open, run, updateId)) {
    return new McpaError('UPDATE_FAILED', `update ${update} failed: ${reason}`, {
      hint: `the handler in the workflow threw this; run ${run.workflowId} goes on`,
      cause,
    });
  }
  const known = await knownMessages(open, run).catch(() => undefined);
  if (known !== undefined && !known.updates.includes(update)) {
    return new McpaError('UPDATE_UNKNOWN', `run ${run.workflowId} has no update "${update}"`, {
      hint: `its updates: ${namesText(known.updates)}`,
      cause,
    });
  }
  return new McpaError('UPDATE_REJECTED', `run ${run.workflowId} rejected update ${update}: ${reason}`, {
    hint: 'nothing was changed; mend the arguments, or send it when the run can take it',
    cause,
  });
}

/** A rejected update leaves nothing in history; one whose handler threw was accepted first. */
async function wasAccepted({ client, where }: OpenClient, run: RunRef, updateId: string): Promise<boolean> {
  const page = await client.workflowService
    .getWorkflowExecutionHistoryReverse({
      namespace: where.namespace,
      execution: { workflowId: run.workflowId, runId: run.runId ?? '' },
    })
    .catch(() => undefined);
  return (page?.history?.events ?? []).some(
    (event) => event.workflowExecutionUpdateAcceptedEventAttributes?.protocolInstanceId === updateId,
  );
}
