import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { Refusal } from '../../core/index.js';
import { operations, runState } from '../run-state.js';

/** A call that the provider refuses for want of a key or of money waits at the gate: a person mends it, and resumes. */
export function untilAccepted<T>(call: () => Promise<T>): Promise<T> {
  return call().catch(async (error: unknown) => {
    const refusal = refusalOf(error);
    const { gate } = operations();
    if (refusal === undefined || !gate.refuse(refusal)) throw error;
    runState.refusedElsewhere?.(refusal);
    if (!(await gate.opened())) throw error;
    return untilAccepted(call);
  });
}

/** The worker decided whether to hold or to fail, by its config, and it stands in history with the failure. */
function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return undefined;
  const details = error.cause.details?.[0] as { refused?: Refusal } | null | undefined;
  return details?.refused;
}
