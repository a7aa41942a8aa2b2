import { type Config, collectSecrets, createMasker, type Mask, maskAll } from '../../config/index.js';
import type { TokensInUse } from '../mcp/auth/tokens-in-use.js';

// biome-ignore lint/suspicious/noExplicitAny: activities, whatever they take
type Activity = (...args: any[]) => unknown;

/**
 * Activities whose errors reach history without secrets: providers and servers repeat what they were sent. Results are
 * the run's own content and stay whole; only a tool's error loses what the config gave its server.
 */
export function withoutSecrets<A extends object>(activities: A, config: Config, inUse?: TokensInUse): A {
  const mask = maskOf(config, inUse);
  const entries = Object.entries(activities).map(([name, activity]) => {
    if (typeof activity !== 'function') return [name, activity];
    const run = activity as Activity;
    return [
      name,
      async function (this: unknown, ...args: unknown[]) {
        try {
          return await run.apply(this, args);
        } catch (error) {
          maskError(error, mask);
          throw error;
        }
      },
    ];
  });
  return Object.fromEntries(entries) as A;
}

/** Of the config's secrets and the tokens of logins, which come and go while the worker runs. */
export function maskOf(config: Config, inUse?: TokensInUse, options: { patterns?: boolean } = {}): Mask {
  const given = collectSecrets(config);
  let tokens = inUse?.list ?? [];
  let mask = createMasker([...given, ...tokens], options);
  return (text) => {
    if (inUse !== undefined && inUse.list !== tokens) {
      tokens = inUse.list;
      mask = createMasker([...given, ...tokens], options);
    }
    return mask(text);
  };
}

/** For a tool's error: its words are kept, but for the very values of the config. */
export function withoutGiven(config: Config, inUse?: TokensInUse): <T>(value: T) => T {
  const mask = maskOf(config, inUse, { patterns: false });
  return (value) => maskAll(value, mask);
}

/** In place: what an error is (its class, its type) decides what becomes of it. */
function maskError(error: unknown, mask: Mask): void {
  for (let at = error; at instanceof Error; at = at.cause) {
    const told = at as Error & { details?: unknown };
    const { message, stack, details } = told;
    if (mask(message) !== message) told.message = mask(message);
    if (stack !== undefined && mask(stack) !== stack) told.stack = mask(stack);
    if (Array.isArray(details)) told.details = maskAll(details, mask);
  }
}
