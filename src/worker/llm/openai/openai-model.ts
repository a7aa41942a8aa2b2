import type { ProviderConfig } from '../../../config/types.js';
import type { Model } from '../model.js';
import { ModelError } from '../model-error.js';

/** Whether requests go to OpenAI, not to a server that speaks its protocol. */
export function isOpenAiItself(config: ProviderConfig): boolean {
  return !config.base_url || new URL(config.base_url).hostname.endsWith('openai.com');
}

export function createOpenAiModel(_config: ProviderConfig): Model {
  return { generate: () => Promise.reject(new ModelError('bad_request', 'not built yet')) };
}
