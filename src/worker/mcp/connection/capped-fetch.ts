import { MAX_MESSAGE } from '../stdio/line-decoder.js';

/** The answer to a request may have so many bytes and no more: a body without end would take the worker's memory. */
export async function cappedFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  // A stream of notifications that stays open for hours is no answer.
  if (init?.method !== 'POST' || response.body === null) return response;
  let size = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > MAX_MESSAGE)
        controller.error(new Error(`Connection closed: the answer has more than ${MAX_MESSAGE} bytes`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
}
