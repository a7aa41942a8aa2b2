import type { PriceConfig } from '../../config/types.js';
import type { Usage } from '../../core/index.js';

/**
 * US dollars per million tokens, by `provider:name`. Only what the SDKs or the providers' own
 * documents state may stand here: an unknown model costs "unknown", never a guess.
 */
const BUILT_IN: Record<string, PriceConfig> = {};

/** The price of a usage in US dollars; undefined where the model's price is unknown. */
export function price(prices: Record<string, PriceConfig>, spec: string, usage: Usage): number | undefined {
  const name = spec.slice(spec.indexOf(':') + 1);
  const found = prices[spec] ?? prices[name] ?? BUILT_IN[spec];
  if (!found) return undefined;
  const perMillion =
    usage.input * found.input +
    usage.output * found.output +
    // Without a price of their own, cached tokens cost what plain input costs: never less than the bill.
    usage.cacheRead * (found.cache_read ?? found.input) +
    usage.cacheWrite * (found.cache_write ?? found.input);
  return perMillion / 1_000_000;
}
