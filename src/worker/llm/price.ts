import type { PriceConfig } from '../../config/types.js';
import type { Usage } from '../../core/index.js';

/**
 * US dollars per million tokens, by `provider:name`. Only what the SDKs or the providers' own
 * documents state may stand here: an unknown model costs "unknown", never a guess.
 */
const OPUS: PriceConfig = { input: 5, output: 25, cache_read: 0.5, cache_write: 6.25 };
const SONNET_5: PriceConfig = { input: 2, output: 10, cache_read: 0.2, cache_write: 2.5 };
/** platform.claude.com/docs: models and pricing, read in November 2026; cache writes for five minutes. */
const BUILT_IN: Record<string, PriceConfig> = {
  'anthropic:claude-sonnet-5-5': SONNET_5,
  'anthropic:claude-sonnet-5': SONNET_5,
  'anthropic:claude-opus-5-5': { input: 4, output: 20, cache_read: 0.2, cache_write: 5 },
  'anthropic:claude-opus-5': OPUS,
  'anthropic:claude-opus-4-8': OPUS,
  'anthropic:claude-opus-4-7': OPUS,
  'anthropic:claude-opus-4-6': OPUS,
  'anthropic:claude-opus-4-5': OPUS,
  'anthropic:claude-fable-5-1': { input: 10, output: 50, cache_read: 0.25, cache_write: 12.5 },
  'anthropic:claude-fable-5': { input: 10, output: 50, cache_read: 1, cache_write: 12.5 },
};

/** The price of a usage in US dollars; undefined where the model's price is unknown. */
export function price(prices: Record<string, PriceConfig>, spec: string, usage: Usage): number | undefined {
  const name = spec.slice(spec.indexOf(':') + 1);
  const found = prices[spec] ?? prices[name] ?? BUILT_IN[spec] ?? BUILT_IN[spec.replace(/-20\d{6}$/, '')];
  if (!found) return undefined;
  const perMillion =
    usage.input * found.input +
    usage.output * found.output +
    // Without a price of their own, cached tokens cost what plain input costs: never less than the bill.
    usage.cacheRead * (found.cache_read ?? found.input) +
    usage.cacheWrite * (found.cache_write ?? found.input);
  return perMillion / 1_000_000;
}
