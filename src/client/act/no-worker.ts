import { McpaError } from '../../core/index.js';
import type { OpenClient } from '../connection.js';
import { lastPollText, workerPresence } from '../presence.js';
import { describeRun, type RunRef } from './run-ref.js';

/** A worker's long poll lasts a minute: one that is older belongs to a worker that has gone. */
export const POLL_LASTS_MS = 75_000;

/** The error for a run that no worker answered for, with who polled its task queue when. */
export async function noWorker(
  open: OpenClient,
  run: RunRef,
  what: string,
  hint?: string,
): Promise<McpaError> {
  const taskQueue = (await describeRun(open, run).catch(() => undefined))?.taskQueue;
  const presence = taskQueue && (await workerPresence(open, taskQueue).catch(() => undefined));
  const queue = taskQueue ? ` on task queue ${taskQueue}` : '';
  const poll = presence ? ` (${lastPollText(presence)})` : '';
  return new McpaError('NO_WORKER', `${what}: no worker answers for run ${run.workflowId}${queue}${poll}`, {
    hint: hint ?? 'start one with `mcpa worker` or `mcpa dev`, then try again',
  });
}
