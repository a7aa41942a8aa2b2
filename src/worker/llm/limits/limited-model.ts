import { tokensPerCharacter, weighAll } from '../../../core/context/policy.js';
import type { Usage } from '../../../core/index.js';
import { isModelError, ModelError } from '../errors/model-error.js';
import type { Model, ModelCall, ModelRequest } from '../model.js';
import type { RateLimiter, Waiting } from './rate-limiter.js';

/** A model whose calls wait for their turn; the time of the call itself begins with its turn. */
export function limitedModel(inner: Model, limiter: RateLimiter, countsCacheReads: boolean): Model {
  return {
    async generate(request, call) {
      const reserved = limiter.countsTokens ? estimate(request) : 0;
      const { run = '', signal } = call;
      let waited = false;
      const onWaiting = (waiting: Waiting) => {
        waited = true;
        call.onWaiting?.(waiting);
      };
      await limiter.acquire({ run, tokens: reserved, signal, onWaiting });
      if (waited) call.onWaiting?.(undefined);
      using budget = withBudget(call);
      let used = 0;
      try {
        const response = await inner.generate(request, { ...call, signal: budget.signal });
        used = counted(response.usage, countsCacheReads);
        return response;
      } catch (error) {
        const waits = isModelError(error) && (error.class === 'rate_limit' || error.class === 'overloaded');
        if (waits && error.retryAfterMs !== undefined) limiter.hold(error.retryAfterMs);
        throw error;
      } finally {
        limiter.settle(used - reserved);
      }
    },
  };
}

/** What of a request is known before it is sent. */
function estimate({ items, instruction, tools }: ModelRequest): number {
  const seen = items.map((item, index) => ({ item, index }));
  const overhead = instruction.length + JSON.stringify(tools).length;
  return Math.ceil((weighAll(seen) + overhead) * tokensPerCharacter(seen, overhead));
}

function counted({ input, output, cacheRead, cacheWrite }: Usage, countsCacheReads: boolean): number {
  return input + output + cacheWrite + (countsCacheReads ? cacheRead : 0);
}

function withBudget({ signal, budgetMs }: ModelCall): Disposable & { signal: AbortSignal } {
  if (budgetMs === undefined) return { signal, [Symbol.dispose]: () => undefined };
  const over = new AbortController();
  const timer = setTimeout(() => {
    const message = `The provider did not finish within ${budgetMs / 1_000} s (temporal.timeout_seconds).`;
    over.abort(new ModelError('timeout', message));
  }, budgetMs);
  return { signal: AbortSignal.any([signal, over.signal]), [Symbol.dispose]: () => clearTimeout(timer) };
}
