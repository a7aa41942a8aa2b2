import type { McpServerConfig } from '../../../config/types.js';

/** How the tools of a server may ask people. */
export interface AsksPolicy {
  /** Deadline of each question; none: it waits for ever, or as long as its call. */
  timeoutMs?: number;
  /** How often one call may ask. */
  maxRounds: number;
}

/** How the tools of a server may ask the agent's model. */
export interface SamplingRules {
  /** A person approves each request first. */
  ask: boolean;
  /** Deadline of each approval. */
  timeoutMs?: number;
  /** Of one answer. */
  maxTokens: number;
  /** In one call. */
  maxRequests: number;
}

const MAX_TOKENS = 4_096;
const MAX_REQUESTS = 10;

/** As the SDK's own loop has it. */
const MAX_ROUNDS = 10;

/** The config's word; undefined: they may not ask. */
export function asksOf({ elicitation = {} }: McpServerConfig): AsksPolicy | undefined {
  const whole = typeof elicitation === 'string' ? { policy: elicitation } : elicitation;
  if (whole.policy === 'off') return undefined;
  const { timeout_seconds: seconds, max_rounds: maxRounds = MAX_ROUNDS } = whole;
  return { maxRounds, ...(seconds === undefined ? {} : { timeoutMs: seconds * 1_000 }) };
}

/** The config's word; undefined: they may not ask the model. */
export function samplingOf({ sampling = {} }: McpServerConfig): SamplingRules | undefined {
  const whole = typeof sampling === 'string' ? { policy: sampling } : sampling;
  if (whole.policy === 'off') return undefined;
  const { timeout_seconds: seconds, max_tokens: maxTokens = MAX_TOKENS } = whole;
  return {
    ask: whole.policy !== 'auto',
    maxTokens,
    maxRequests: whole.max_requests ?? MAX_REQUESTS,
    ...(seconds === undefined ? {} : { timeoutMs: seconds * 1_000 }),
  };
}
