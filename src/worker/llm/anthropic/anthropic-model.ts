import type { ProviderConfig } from '../../../config/types.js';
import type { Model } from '../model.js';
import { ModelError } from '../model-error.js';

export function createAnthropicModel(_config: ProviderConfig): Model {
  return { generate: () => Promise.reject(new ModelError('bad_request', 'not built yet')) };
}
