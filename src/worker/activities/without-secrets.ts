import { type Config, collectSecrets, createMasker, type Mask, maskAll } from '../../config/index.js';

// biome-ignore lint/suspicious/noExplicitAny: activities, whatever they take
type Activity = (...args: any[]) => unknown;

/**
 * Activities whose errors reach history without secrets: providers and servers repeat what they were sent. Results are
 * the run's own content and stay whole; only a tool's error loses what the config gave its server.
 */
export function withoutSecrets<A extends object>(activities: A, config: Config): A {
  const mask = createMasker(collectSecrets(config));
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

/** For a tool's error: its words are kept, but for the very values of the config. */
export function withoutGiven(config: Config): <T>(value: T) => T {
  const mask = createMasker(collectSecrets(config), { patterns: false });
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
