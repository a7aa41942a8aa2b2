import { McpaError } from '../../core/index.js';
import type { OpenClient } from '../connection.js';
import { isTransient, mapRunError } from '../errors.js';
import type { EventBody, RunEvent } from './events.js';
import { ChainFollower, type Origin, type Tail } from './follow/chain.js';
import { Places, parseCursor, type Resume, shortRun } from './follow/cursor.js';
import { EventQueue } from './follow/event-queue.js';
import { Pace } from './follow/pace.js';

export interface FollowOptions {
  signal?: AbortSignal;
  /** `false` leaves out tokens, attempts and retry waits. */
  live?: boolean;
  /** Cursor of an event: only what came after it. */
  from?: string;
  /** `false` tells what has happened until now, and ends. */
  follow?: boolean;
  /** `false` tells of children only that they start and end. */
  children?: boolean;
}

/**
 * The events of a run and of its children, over continue-as-new; ends when the run ends.
 * A child's events come after the word of its start and before the word of its end.
 */
export async function* followRun(
  open: OpenClient,
  workflowId: string,
  firstRunId: string | undefined,
  options: FollowOptions = {},
): AsyncGenerator<RunEvent> {
  const resume = options.from === undefined ? undefined : parseCursor(options.from);
  const stop = new AbortController();
  const outer = () => stop.abort();
  options.signal?.addEventListener('abort', outer, { once: true });
  if (options.signal?.aborted) stop.abort();
  const queue = new EventQueue<RunEvent>();
  const end = (error?: unknown) => {
    queue.end(stop.signal.aborted ? undefined : error && mapRunError(error, workflowId, open.where));
    stop.abort();
  };
  const tail = makeTail(open, queue, options, resume, stop.signal, end);
  const work = follow(tail, workflowId, resume?.runId ?? firstRunId, options).then(
    () => end(),
    (error: unknown) => end(resume && isUnknown(error) ? ofAnotherRun(workflowId, error) : error),
  );
  try {
    yield* queue;
  } finally {
    options.signal?.removeEventListener('abort', outer);
    stop.abort();
    await work;
  }
}

async function follow(
  tail: Tail,
  workflowId: string,
  runId: string | undefined,
  options: FollowOptions,
): Promise<void> {
  const first = runId ?? (await tail.open.client.workflow.getHandle(workflowId).describe()).runId;
  const root = new ChainFollower(tail, { workflowId, runId: first, depth: 0 });
  if (options.follow === false) root.settle();
  await root.follow();
}

function makeTail(
  open: OpenClient,
  queue: EventQueue<RunEvent>,
  options: FollowOptions,
  resume: Resume | undefined,
  signal: AbortSignal,
  end: (error: unknown) => void,
): Tail {
  const places = new Places(resume);
  const unclaimed = new Set(resume?.children.keys());
  return {
    open,
    signal,
    live: options.live !== false && options.follow !== false,
    children: options.children !== false,
    pace: new Pace(),
    resumeAt(runId, depth) {
      if (depth === 0) return runId === resume?.runId ? resume.at : undefined;
      const short = shortRun(runId);
      unclaimed.delete(short);
      return resume?.children.get(short);
    },
    unclaimed: () => unclaimed.size > 0,
    emit(body: EventBody, time: number, { workflowId, runId, depth, parent, at }: Origin) {
      if (at !== undefined) {
        if (depth === 0) places.root(runId, at);
        else places.child(runId, at);
      }
      const place = {
        time: new Date(time).toISOString(),
        workflowId,
        runId,
        ...(at === undefined ? { live: true as const } : { cursor: places.cursor() }),
        ...(depth > 0 && { depth }),
        ...(parent !== undefined && { parent }),
      };
      queue.push({ ...body, ...place });
    },
    forget: (runId) => places.forget(runId),
    // A child that the engine has forgotten leaves what its parent's history says of it.
    childFailed: (error) => (isUnknown(error) ? undefined : end(error)),
  };
}

function isUnknown(error: unknown): boolean {
  if (isTransient(error)) return false;
  const mapped = mapRunError(error, '', { address: '', namespace: '' });
  return (mapped as { code?: unknown } | undefined)?.code === 'RUN_UNKNOWN';
}

function ofAnotherRun(workflowId: string, cause: unknown): McpaError {
  return new McpaError('USAGE', `the cursor is not of run ${workflowId}, or the engine has forgotten it`, {
    hint: 'a cursor goes with the run that was followed, also when the event is of a child of it',
    cause,
  });
}
