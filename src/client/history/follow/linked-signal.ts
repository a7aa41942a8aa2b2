/**
 * Calls with a signal of its own that follows the outer one. The SDK and Node's timers leave listeners on
 * what they get; on a signal that outlives thousands of calls they would pile up.
 */
export async function withLinkedSignal<T>(
  outer: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  const abort = () => inner.abort(outer.reason);
  if (outer.aborted) abort();
  outer.addEventListener('abort', abort, { once: true });
  try {
    return await call(inner.signal);
  } finally {
    outer.removeEventListener('abort', abort);
  }
}
