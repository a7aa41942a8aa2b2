import {
  type App,
  isFinal,
  lastPollText,
  type RunEvent,
  type RunHandle,
  workerPresence,
} from '../../client/index.js';
import { McpaError } from '../../core/index.js';
import { createProgress } from '../render/progress.js';
import { interruption, type OutputMode } from '../terminal.js';

export interface FollowRunOptions {
  app: App;
  handle: RunHandle;
  mode: OutputMode;
  timeoutMs?: number;
  untilBlocked?: boolean;
  /** With `--local`: what Ctrl-C means differs. */
  local?: boolean;
  /** The Ctrl-C of a command that watches for it since before it followed. */
  signal?: AbortSignal;
}

export type FollowEnd = { event: RunEvent } | { blocked: true };

/** Time within which a live worker takes a run up; later, the user is told who polled when. */
const PICK_UP_MS = 2_000;

/** A failed task that history goes on behind was healed long ago: only one that stays is told. */
const BLOCKED_MS = 500;

/** Shows a run until it ends, blocks, times out here, or the user leaves. */
export async function followToEnd(options: FollowRunOptions): Promise<FollowEnd> {
  const { app, handle, mode } = options;
  const stop = new AbortController();
  let reason: 'interrupted' | 'timeout' | undefined;
  let pickedUp = false;
  let taskQueue = app.config.temporal.task_queue;
  const leave = (why: 'interrupted' | 'timeout') => {
    reason ??= why;
    stop.abort();
  };
  using own = options.signal ? undefined : interruption();
  const interrupt = options.signal ?? own?.signal;
  const onInterrupted = () => leave('interrupted');
  interrupt?.addEventListener('abort', onInterrupted, { once: true });
  if (interrupt?.aborted) onInterrupted();
  const deadline =
    options.timeoutMs === undefined ? undefined : setTimeout(leave, options.timeoutMs, 'timeout');
  using progress = createProgress(mode);
  const warnNoWorker = async () => {
    const presence = await workerPresence(app.open, taskQueue).catch(() => undefined);
    if (pickedUp || !presence || stop.signal.aborted) return;
    const who = presence.pollers.length === 0 ? 'no worker polls' : 'no worker has taken the run from';
    tell(`${who} task queue ${taskQueue} (${lastPollText(presence)}); waiting. Start one: mcpa worker`);
  };
  const tell = (text: string) => {
    if (mode.json && !mode.quiet) process.stderr.write(`${text}\n`);
    else progress.note(text);
  };
  let pickUp: NodeJS.Timeout | undefined;
  let blocked: NodeJS.Timeout | undefined;
  try {
    for await (const event of handle.events({ signal: stop.signal, live: !mode.json && !mode.quiet })) {
      if (event.type === 'run_started') {
        taskQueue = event.taskQueue;
        pickUp ??= setTimeout(() => void warnNoWorker(), PICK_UP_MS);
      }
      if (event.type === 'task_started') pickedUp = true;
      if (goesOn(event)) clearTimeout(blocked);
      if (event.type === 'task_failed' && event.code === 'WORKER_LACKS_WORKFLOW') throw lacks(event, handle);
      progress.event(event);
      if (event.type === 'task_failed') blocked = setTimeout(() => tell(blockedText(event)), BLOCKED_MS);
      if (options.untilBlocked && event.type === 'state' && event.states.includes('human'))
        return { blocked: true };
      if (isFinal(event)) return { event };
    }
  } finally {
    clearTimeout(deadline);
    clearTimeout(pickUp);
    clearTimeout(blocked);
    interrupt?.removeEventListener('abort', onInterrupted);
  }
  if (reason === 'timeout') {
    throw new McpaError('COMMAND_TIMEOUT', `--timeout passed; run ${handle.workflowId} goes on`, {
      hint: `mcpa wait ${handle.workflowId}`,
    });
  }
  throw interrupted(handle.workflowId, options.local === true);
}

function interrupted(workflowId: string, local: boolean): McpaError {
  return local
    ? new McpaError('INTERRUPTED', `run ${workflowId} is saved`, {
        hint: 'it goes on with the next `mcpa dev` or `mcpa run --local`',
      })
    : new McpaError('INTERRUPTED', `no longer following; run ${workflowId} goes on`, {
        hint: `mcpa wait ${workflowId} follows it, mcpa cancel ${workflowId} ends it`,
      });
}

/** The engine shows the next attempt of a failed task as started, without a worker: that is no progress. */
function goesOn(event: RunEvent): boolean {
  return event.type === 'task_started' ? event.worker !== '' : event.type.endsWith('_started');
}

function blockedText(event: RunEvent & { type: 'task_failed' }): string {
  const { workflowId, worker, message } = event;
  const why = /nondeterminism/i.test(message)
    ? `the workflow code of worker ${worker} does not fit what the run has done; it goes on when a worker with fitting code (a rollback) is back`
    : `worker ${worker} fails at its next step and tries again`;
  return `run ${workflowId} is blocked, not failed: ${why}. To give it up: mcpa terminate ${workflowId}`;
}

function lacks(event: RunEvent & { type: 'task_failed' }, handle: RunHandle): McpaError {
  const told = /^no workflow "(.*)" in this worker, which has: (.*)$/s.exec(event.message);
  const what = told ? `has no workflow "${told[1]}"; it has: ${told[2]}` : 'does not have its workflow';
  return new McpaError(
    'WORKER_LACKS_WORKFLOW',
    `worker ${event.worker} took run ${handle.workflowId} but ${what}`,
    {
      hint: 'correct the name, restart that worker with the current workflow files, or use another --task-queue; the run waits',
    },
  );
}
