import type { McpServerConfig } from '../../../config/types.js';

/** As the SDK's own loop has it. */
const MAX_ROUNDS = 10;

/** How the tools of a server may ask people; undefined: not at all. */
export function asksOf({
  elicitation = {},
}: McpServerConfig): { timeoutMs?: number; maxRounds: number } | undefined {
  const whole = typeof elicitation === 'string' ? { policy: elicitation } : elicitation;
  if (whole.policy === 'off') return undefined;
  const { timeout_seconds: seconds, max_rounds: maxRounds = MAX_ROUNDS } = whole;
  return { maxRounds, ...(seconds === undefined ? {} : { timeoutMs: seconds * 1_000 }) };
}
