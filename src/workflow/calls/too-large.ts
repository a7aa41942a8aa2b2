import { ApplicationFailure } from '@temporalio/workflow';
import { bytesOver, FAILURE, MAX_PAYLOAD_BYTES } from '../../core/index.js';
import { runState } from '../run-state.js';

/**
 * The failure for what the engine would refuse, of what a workflow hands over: its task would be repeated without end and without a pause,
 * since the SDK can't know that the code would hand over the same again.
 *
 * @param values a result, or arguments; together they may have 2 MB
 */
export function tooLarge(what: string, values: readonly unknown[]): ApplicationFailure | undefined {
  // What is compressed may fit all the same.
  if (runState.options.compresses) return undefined;
  const over = bytesOver(values);
  if (over === undefined) return undefined;
  return ApplicationFailure.nonRetryable(
    `${what} has ${over} bytes; the engine takes ${MAX_PAYLOAD_BYTES} (2 MB). Hand over a file's path or an id instead, or set temporal.compression`,
    FAILURE.payloadTooLarge,
  );
}

/** Hands it over where it isn't too large. */
export function withinLimit<T>(
  what: string,
  values: readonly unknown[],
  handOver: () => Promise<T>,
): Promise<T> {
  const refused = tooLarge(what, values);
  return refused === undefined ? handOver() : Promise.reject(refused);
}
