import { ApplicationFailure, CancelledFailure, isCancellation, rootCause } from '@temporalio/workflow';
import type { HostError } from '../../core/index.js';

/** An error as it travels between an agent's run and its host. */
export function toHostError(error: unknown): HostError {
  if (isCancellation(error)) return { message: 'cancelled', cancelled: true };
  const type = innermostType(error);
  return { message: rootCause(error) ?? String(error), ...(type === undefined ? {} : { type }) };
}

export function fromHostError({ message, type, cancelled }: HostError): Error {
  if (cancelled) return new CancelledFailure(message);
  return ApplicationFailure.nonRetryable(message, type);
}

function innermostType(error: unknown): string | undefined {
  let type: string | undefined;
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof ApplicationFailure) type = current.type ?? undefined;
  }
  return type;
}
