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

/** Sees every byte of an answer: the SDKs swallow pings, which are the only sign of life of a thinking model. */
export function watchFetch(call: ModelCall, idleTimeoutMs = IDLE_TIMEOUT_MS): WatchedFetch {
  const idle = new AbortController();
  const expire = (): void => {
    idle.abort(new ModelError('timeout', `The provider sent nothing for ${idleTimeoutMs / 1000} s.`));
  };
  let timer = setTimeout(expire, idleTimeoutMs);
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(expire, idleTimeoutMs);
    call.onAlive();
  };
  return {
    signal: AbortSignal.any([call.signal, idle.signal]),
    async fetch(input, init) {
      const response = await fetch(input, init);
      alive();
      if (!response.body) return response;
      const body = response.body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            alive();
            controller.enqueue(chunk);
          },
        }),
      );
      return new Response(body, {
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
