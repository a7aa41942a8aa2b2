import { ApplicationFailure, ContinueAsNew, TemporalFailure } from '@temporalio/workflow';
import { FAILURE } from '../core/index.js';

/** A plain error of user code fails the run; Temporal would retry the task for ever. */
export function asRunFailure(error: unknown): unknown {
  if (error instanceof TemporalFailure || error instanceof ContinueAsNew) return error;
  if (!(error instanceof Error)) return ApplicationFailure.nonRetryable(String(error), FAILURE.userError);
  const failure = ApplicationFailure.create({
    message: error.message,
    type: error.name === 'Error' ? FAILURE.userError : error.name,
    nonRetryable: true,
    ...(error.cause instanceof Error ? { cause: error.cause } : {}),
  });
  if (error.stack !== undefined) failure.stack = error.stack;
  return failure;
}
