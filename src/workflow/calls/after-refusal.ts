import type { Refusal } from '../../core/index.js';
import { operations, runState } from '../run-state.js';
import { failureDetails } from './activity-cause.js';

/**
 * What to do when a call has failed: one that a provider or an MCP server refuses for want of a key, of money or of a
 * login waits at the gate and is made again, once a person has mended it and resumed; every other failure is thrown.
 */
export async function afterRefusal<T>(error: unknown, again: () => Promise<T>): Promise<T> {
  // The worker decided whether to hold or to fail, by its config, and it stands in history with the failure.
  const refusal = failureDetails<{ refused?: Refusal }>(error)?.refused;
  const { gate } = operations();
  if (refusal === undefined || !gate.refuse(refusal)) throw error;
  runState.refusedElsewhere?.(refusal);
  if (!(await gate.opened())) throw error;
  return again();
}
