import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** What an activity threw; undefined for what didn't come from one, a timeout and a cancellation. */
export function activityCause(error: unknown): ApplicationFailure | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  return error.cause instanceof ApplicationFailure ? error.cause : undefined;
}

export function failureType(error: unknown): string | undefined {
  return activityCause(error)?.type ?? undefined;
}

/** What an activity says beside its message. */
export function failureDetails<T>(error: unknown): T | undefined {
  return (activityCause(error)?.details?.[0] as T | null | undefined) ?? undefined;
}
