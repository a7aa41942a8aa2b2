import {
  type App,
  isFinal,
  lacksWorkflow,
  type PauseInfo,
  type RunEvent,
  type RunHandle,
} from '../../client/index.js';
import { isRefused, McpaError } from '../../core/index.js';
import { canAsk } from '../human/ask.js';
import { InlineQuestions } from '../human/inline-questions.js';
import { createProgress } from '../render/progress.js';
import { refusedFix, refusedWhat } from '../render/refusal.js';
import { interruption, type OutputMode } from '../terminal.js';
import { noWorkerWarning } from './pick-up.js';

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

export type FollowEnd = { event: RunEvent } | { blocked: Blocked };

/** What a run waits for that only people can bring. */
export type Blocked = { for: 'human' } | { for: 'auth'; refused: PauseInfo; workflowId: string };

/** A failed task that history goes on behind was healed long ago: only one that stays is told. */
const BLOCKED_MS = 500;

/** Shows a run until it ends, blocks, times out here, or the user leaves. */
export async function followToEnd(options: FollowRunOptions): Promise<FollowEnd> {
  const { app, handle, mode } = options;
  const stop = new AbortController();
  let reason: 'interrupted' | 'timeout' | undefined;
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
  const tell = (text: string) =>
    mode.json && !mode.quiet ? void process.stderr.write(`${text}\n`) : progress.note(text);
  using pickUp = noWorkerWarning(app, tell);
  await using questions = canAsk(mode)
    ? new InlineQuestions(app, progress, () => leave('interrupted'))
    : undefined;
  let blocked: NodeJS.Timeout | undefined;
  try {
    const shown = !mode.json && !mode.quiet;
    for await (const event of handle.events({ signal: stop.signal, live: shown, children: shown })) {
      pickUp.event(event);
      const own = event.depth === undefined;
      if (own && goesOn(event)) clearTimeout(blocked);
      if (own && event.type === 'task_failed' && event.code === 'WORKER_LACKS_WORKFLOW')
        throw lacksWorkflow(event, handle.workflowId);
      progress.event(event);
      if (own && event.type === 'task_failed')
        blocked = setTimeout(() => tell(blockedText(event)), BLOCKED_MS);
      if (options.untilBlocked && (await isOpenQuestion(app, event))) return { blocked: { for: 'human' } };
      const refused = await openRefusal(app, event);
      if (refused !== undefined) {
        if (options.untilBlocked) return { blocked: refused };
        // A login needs no restart: the worker of this command sees it.
        if (options.local && refused.refused.server === undefined) throw refusedLocally(refused);
        if (mode.json) tell(refusedText(refused));
      }
      questions?.event(event);
      if (isFinal(event)) return { event };
    }
  } finally {
    clearTimeout(deadline);
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

/** History tells of questions that were answered long ago, too. */
async function isOpenQuestion(app: App, event: RunEvent): Promise<boolean> {
  if (event.type !== 'question_asked') return false;
  const open = await app.getHandle(event.workflowId).questions();
  return open.some(({ id }) => id === event.question);
}

/** A refusal that still holds: history tells of those that were mended, too. */
async function openRefusal(app: App, event: RunEvent): Promise<(Blocked & { for: 'auth' }) | undefined> {
  if (event.type !== 'paused' || !isRefused(event)) return undefined;
  const { workflowId, at } = event;
  const now = await app.getHandle(workflowId).refusal();
  return now?.at === at ? { for: 'auth', refused: now, workflowId } : undefined;
}

/** The worker of this command has read its key: waiting here helps nobody. */
function refusedLocally({ refused, workflowId }: Blocked & { for: 'auth' }): McpaError {
  return new McpaError('PROVIDER_REFUSED', `${refusedWhat(refused)}; run ${workflowId} is saved`, {
    hint: `${refusedFix(refused, `\`mcpa dev\` in a second terminal and \`mcpa resume ${workflowId}\``)}, or \`mcpa terminate ${workflowId}\` and start anew`,
  });
}

function refusedText({ refused, workflowId }: Blocked & { for: 'auth' }): string {
  return `waits: ${refusedWhat(refused)}\n  fix: ${refusedFix(refused, `mcpa resume ${workflowId}`)}`;
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
