import { setTimeout as delay } from 'node:timers/promises';
import type { OpenClient } from '../../connection.js';
import { isStalePageToken, isTransient } from '../../errors.js';
import type { HistoryEvent } from '../history-reader.js';
import { withLinkedSignal } from './linked-signal.js';

/** How long an engine that went away is waited for. */
const ENGINE_GRACE_MS = 60_000;
/** How often in a row a page that the engine gives no longer is asked for from the beginning. */
const RESTARTS = 5;

export interface PagesOptions {
  open: OpenClient;
  execution: { workflowId: string; runId: string };
  /** Ends everything. */
  signal: AbortSignal;
  /** Once aborted, what stands there is read to its end and nothing is waited for. */
  settle: AbortSignal;
  onLost: () => void;
}

/** Pages of a run's history, each event once; waits for new ones until the run ends, or until told to settle. */
export async function* historyPages(options: PagesOptions): AsyncGenerator<HistoryEvent[]> {
  const { signal, settle, onLost } = options;
  let token: Uint8Array | undefined;
  let waited = !settle.aborted;
  let last = 0;
  let lostSince: number | undefined;
  let restarts = 0;
  for (;;) {
    // The token of a request that waits is of no use for one that doesn't.
    if (settle.aborted && waited) {
      waited = false;
      token = undefined;
    }
    const wait = !settle.aborted;
    const page = await nextPage(options, token, wait).catch(async (error: unknown) => {
      if (wait && settle.aborted && !signal.aborted) return undefined;
      if (isStalePageToken(error) && ++restarts <= RESTARTS) {
        token = undefined;
        return undefined;
      }
      if (signal.aborted || !isTransient(error)) throw error;
      lostSince ??= Date.now();
      if (Date.now() - lostSince > ENGINE_GRACE_MS) throw error;
      onLost();
      await delay(1_000, undefined, { signal });
      return undefined;
    });
    if (!page) continue;
    lostSince = undefined;
    const events = (page.history?.events ?? []).filter((event) => Number(event.eventId) > last);
    const newest = events.at(-1);
    if (newest) {
      last = Number(newest.eventId);
      restarts = 0;
    }
    yield events;
    // An empty token ends the history of a closed run; the last page held its closing event.
    if (!page.nextPageToken?.length) return;
    token = page.nextPageToken;
  }
}

function nextPage(options: PagesOptions, nextPageToken: Uint8Array | undefined, waitNewEvent: boolean) {
  const { open, execution, signal, settle } = options;
  const { connection, workflowService } = open.client;
  const request = () =>
    workflowService.getWorkflowExecutionHistory({
      namespace: open.where.namespace,
      execution,
      waitNewEvent,
      skipArchival: true,
      ...(nextPageToken && { nextPageToken }),
    });
  const call = (inner: AbortSignal) =>
    connection.withAbortSignal(inner, () => connection.withDeadline(Date.now() + 70_000, request));
  return withLinkedSignal(signal, (inner) =>
    waitNewEvent ? withLinkedSignal(settle, (also) => call(either(inner, also))) : call(inner),
  );
}

function either(a: AbortSignal, b: AbortSignal): AbortSignal {
  return AbortSignal.any([a, b]);
}
