import type { McpServerConfig } from '../../../config/types.js';

/** How the tools of a server may ask people. */
export interface AsksPolicy {
  /** Deadline of each question; none: it waits for ever, or as long as its call. */
  timeoutMs?: number;
  /** How often one call may ask. */
  maxRounds: number;
}

/** As the SDK's own loop has it. */
const MAX_ROUNDS = 10;

/** The config's word; undefined: they may not ask. */
export function asksOf({ elicitation = {} }: McpServerConfig): AsksPolicy | undefined {
  const whole = typeof elicitation === 'string' ? { policy: elicitation } : elicitation;
  if (whole.policy === 'off') return undefined;
  const { timeout_seconds: seconds, max_rounds: maxRounds = MAX_ROUNDS } = whole;
  return { maxRounds, ...(seconds === undefined ? {} : { timeoutMs: seconds * 1_000 }) };
}
