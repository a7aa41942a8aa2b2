import { setTimeout as delay } from 'node:timers/promises';
import type { OpenClient } from '../connection.js';
import { isTransient, mapRunError } from '../errors.js';
import { timeOf } from '../presence.js';
import { EventQueue } from './event-queue.js';
import type { EventBody, RunEvent } from './events.js';
import { HistoryReader } from './history-reader.js';
import { withLinkedSignal } from './linked-signal.js';
import { pollLive } from './live.js';

export interface FollowOptions {
  signal?: AbortSignal;
  /** `false` leaves out tokens, attempts and retry waits. */
  live?: boolean;
}

/** How long an engine that went away is waited for. */
const ENGINE_GRACE_MS = 60_000;

/** The events of a run, from its first to its last, over continue-as-new; ends when the run ends. */
export async function* followRun(
  open: OpenClient,
  workflowId: string,
  firstRunId: string | undefined,
  options: FollowOptions = {},
): AsyncGenerator<RunEvent> {
  const stop = new AbortController();
  const outer = () => stop.abort();
  options.signal?.addEventListener('abort', outer, { once: true });
  if (options.signal?.aborted) stop.abort();
  const queue = new EventQueue<RunEvent>();
  const work = (async () => {
    let runId: string | undefined = firstRunId;
    do {
      runId = await followOne(open, { workflowId, runId }, queue, stop.signal, options.live !== false);
    } while (runId !== undefined && !stop.signal.aborted);
  })();
  work.then(
    () => queue.end(),
    (error: unknown) =>
      queue.end(stop.signal.aborted ? undefined : mapRunError(error, workflowId, open.where)),
  );
  try {
    yield* queue;
  } finally {
    options.signal?.removeEventListener('abort', outer);
    stop.abort();
    await work.catch(() => undefined);
  }
}

/** Follows one run of the chain; the id of the next run when it continues as another. */
async function followOne(
  open: OpenClient,
  run: { workflowId: string; runId: string | undefined },
  queue: EventQueue<RunEvent>,
  signal: AbortSignal,
  live: boolean,
): Promise<string | undefined> {
  const runId = run.runId ?? (await open.client.workflow.getHandle(run.workflowId).describe()).runId;
  const reader = new HistoryReader();
  const liveStop = new AbortController();
  const stopLive = () => liveStop.abort();
  signal.addEventListener('abort', stopLive, { once: true });
  const emit = (body: EventBody, time: number, cursor?: string) =>
    queue.push({
      ...body,
      time: new Date(time).toISOString(),
      workflowId: run.workflowId,
      runId,
      ...(cursor === undefined ? { live: true } : { cursor }),
    } as RunEvent);
  const poller = live
    ? pollLive(open, run.workflowId, runId, reader, (body) => emit(body, Date.now()), liveStop.signal)
    : Promise.resolve();
  try {
    let token: Uint8Array | undefined;
    let lostSince: number | undefined;
    for (;;) {
      const page = await nextPage(open, { workflowId: run.workflowId, runId }, token, signal).catch(
        (error: unknown) => {
          if (signal.aborted || !isTransient(error)) throw error;
          lostSince ??= Date.now();
          if (Date.now() - lostSince > ENGINE_GRACE_MS) throw error;
          return undefined;
        },
      );
      if (!page) {
        emit(
          { type: 'engine_lost', message: `no answer from ${open.where.address}; trying again` },
          Date.now(),
        );
        await delay(1_000, undefined, { signal });
        continue;
      }
      lostSince = undefined;
      for (const event of page.history?.events ?? []) {
        const bodies = reader.read(event);
        for (const [sub, body] of bodies.entries()) {
          emit(body, timeOf(event.eventTime), `${runId}/${event.eventId}/${sub}`);
          if (body.type === 'run_continued') return body.newRunId;
          if (isClosing(body.type)) return undefined;
        }
      }
      // An empty token ends the history of a closed run; the last page held its closing event.
      if (!page.nextPageToken?.length) return undefined;
      token = page.nextPageToken;
    }
  } finally {
    signal.removeEventListener('abort', stopLive);
    liveStop.abort();
    await poller;
  }
}

function nextPage(
  { client, where }: OpenClient,
  execution: { workflowId: string; runId: string },
  nextPageToken: Uint8Array | undefined,
  signal: AbortSignal,
) {
  const poll = () =>
    client.workflowService.getWorkflowExecutionHistory({
      namespace: where.namespace,
      execution,
      waitNewEvent: true,
      skipArchival: true,
      ...(nextPageToken && { nextPageToken }),
    });
  const { connection } = client;
  return withLinkedSignal(signal, (inner) =>
    connection.withAbortSignal(inner, () => connection.withDeadline(Date.now() + 70_000, poll)),
  );
}

function isClosing(type: EventBody['type']): boolean {
  return type.startsWith('run_') && type !== 'run_started';
}
