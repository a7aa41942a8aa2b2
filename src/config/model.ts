import type { Config } from './types.js';

export const PROVIDERS = ['anthropic', 'openai', 'scripted'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

interface ModelSources {
  model?: string;
  anthropic?: Config['anthropic'];
  openai?: Config['openai'];
  scripted?: Config['scripted'];
}

/** The provider that answers when an agent names no model: that of `model`, else the first configured one. */
export function defaultProvider(config: ModelSources): ProviderName | undefined {
  if (config.model !== undefined) {
    // Asked of a config with mistakes, too.
    const provider = typeof config.model === 'string' ? config.model.split(':')[0] : undefined;
    return PROVIDERS.find((name) => name === provider);
  }
  if (config.anthropic?.api_key || config.anthropic?.base_url) return 'anthropic';
  if (config.openai?.api_key || config.openai?.base_url) return 'openai';
  return config.scripted?.script === undefined ? undefined : 'scripted';
}
