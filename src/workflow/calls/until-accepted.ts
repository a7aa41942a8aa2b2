import type { Refusal } from '../../core/index.js';
import { operations, runState } from '../run-state.js';
import { failureDetails } from './activity-cause.js';

/** A call that the provider refuses for want of a key or of money waits at the gate: a person mends it, and resumes. */
export function untilAccepted<T>(call: () => Promise<T>): Promise<T> {
  return call().catch(async (error: unknown) => {
    // The worker decided whether to hold or to fail, by its config, and it stands in history with the failure.
    const refusal = failureDetails<{ refused?: Refusal }>(error)?.refused;
    const { gate } = operations();
    if (refusal === undefined || !gate.refuse(refusal)) throw error;
    runState.refusedElsewhere?.(refusal);
    if (!(await gate.opened())) throw error;
    return untilAccepted(call);
  });
}
