import { McpaError } from '../../core/index.js';
import type { OpenClient } from '../connection.js';
import { lastPollText, workerPresence } from '../presence.js';
import { describeRun, type RunRef } from './run-ref.js';

/** The error for a run that no worker answered for: why, as far as the engine knows. */
export async function noWorker(
  open: OpenClient,
  run: RunRef,
  what: string,
  hint?: string,
): Promise<McpaError> {
  const { workflowId } = run;
  const description = await describeRun(open, run).catch(() => undefined);
  const attempt = description?.raw.pendingWorkflowTask?.attempt ?? 1;
  if (attempt > 1) {
    const fails = `the workers of run ${workflowId} fail to run its code (attempt ${attempt})`;
    return new McpaError('NO_WORKER', `${what}: ${fails}`, {
      hint: `\`mcpa describe ${workflowId}\` says why; the run goes on with a worker that has the right code`,
    });
  }
  const taskQueue = description?.taskQueue;
  const presence = taskQueue && (await workerPresence(open, taskQueue).catch(() => undefined));
  const queue = taskQueue ? ` on task queue ${taskQueue}` : '';
  const poll = presence ? ` (${lastPollText(presence)})` : '';
  return new McpaError('NO_WORKER', `${what}: no worker answers for run ${workflowId}${queue}${poll}`, {
    hint: hint ?? 'start one with `mcpa worker` or `mcpa dev`, then try again',
  });
}
