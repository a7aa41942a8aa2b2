import { z } from 'zod';

export const text = (description: string) => z.string().min(1).describe(description).optional();
export const flag = (description: string) => z.boolean().describe(description).optional();
export const seconds = (description: string) => z.number().positive().describe(description).optional();
export const count = (description: string, least = 1) => z.int().min(least).describe(description).optional();
export const choice = <const T extends readonly [string, ...string[]]>(values: T, description: string) =>
  z.enum(values).describe(description).optional();
export const texts = (description: string) =>
  z.record(z.string(), z.string()).describe(description).optional();
export const list = (description: string) => z.array(z.string()).describe(description).optional();

export const retry = z.strictObject({
  maximum_attempts: count('Attempts in all; 0 means no limit', 0),
  initial_interval: seconds('Seconds before the first retry'),
  maximum_interval: seconds('Longest pause between retries, in seconds'),
  backoff_coefficient: z.number().min(1).describe('Factor by which the pause grows').optional(),
  non_retryable_error_types: list('Failure types that are never retried'),
});
