import { AsyncLocalStorage } from 'node:async_hooks';
import { ModelError } from './errors/model-error.js';
import type { ModelCall } from './model.js';

/** As long as the SDKs themselves wait for an answer: reasoning may be silent for minutes. */
export const IDLE_TIMEOUT_MS = 600_000;

export interface WatchedFetch {
  fetch: typeof fetch;
  /** Aborts by the caller, or when nothing came for too long. */
  signal: AbortSignal;
  [Symbol.dispose](): void;
}

const watching = new AsyncLocalStorage<WatchedFetch>();

/** For a client that serves many calls: the fetch of the call that `watched` runs. */
export const callFetch: typeof fetch = (input, init) => (watching.getStore()?.fetch ?? fetch)(input, init);

export function watched<T>(watch: WatchedFetch, request: () => T): T {
  return watching.run(watch, request);
}

/** Sees every byte of an answer: the SDKs swallow pings, which are the only sign of life of a thinking model. */
export function watchFetch(call: ModelCall, idleTimeoutMs = IDLE_TIMEOUT_MS): WatchedFetch {
  const idle = new AbortController();
  const expire = (): void => {
    idle.abort(new ModelError('timeout', `The provider sent nothing for ${idleTimeoutMs / 1000} s.`));
  };
  const timer = setTimeout(expire, idleTimeoutMs);
  const alive = (): void => {
    timer.refresh();
    call.onAlive();
  };
  return {
    signal: AbortSignal.any([call.signal, idle.signal]),
    async fetch(input, init) {
      const response = await fetch(input, init);
      alive();
      if (!response.body) return response;
      return new Response(heard(response.body, alive), {
        status: response.status,
        statusText: response.statusText,
        headers: response.headers,
      });
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
    },
  };
}

/** One stream around the other: a transform would be two and a pipe, for each call. */
function heard(body: ReadableStream<Uint8Array>, onChunk: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        onChunk();
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
