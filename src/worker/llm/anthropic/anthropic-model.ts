import type { Anthropic } from '@anthropic-ai/sdk';
import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages/messages.js';
import type { ProviderConfig } from '../../../config/types.js';
import type { JsonSchema } from '../../../core/index.js';
import { toModelError } from '../errors/provider-error.js';
import type { Model, ModelCall, ModelRequest, ModelResponse } from '../model.js';
import { callFetch, watched, watchFetch } from '../watched-fetch.js';
import { AnthropicAnswer } from './anthropic-answer.js';
import { anthropicRequest, opaqueOwner } from './anthropic-request.js';

/** Loading the SDK takes a while: only workers that call it pay for it. */
async function loadSdk() {
  const [sdk, schema] = await Promise.all([
    import('@anthropic-ai/sdk'),
    import('@anthropic-ai/sdk/lib/transform-json-schema'),
  ]);
  const transformSchema = (value: JsonSchema): unknown => schema.transformJSONSchema(value as never);
  return { sdk, transformSchema };
}

export function createAnthropicModel(config: ProviderConfig, idleTimeoutMs?: number): Model {
  let loading: ReturnType<typeof loadSdk> | undefined;
  let client: Anthropic | undefined;
  return {
    async generate(request: ModelRequest, call: ModelCall): Promise<ModelResponse> {
      call.signal.throwIfAborted();
      loading ??= loadSdk();
      const { sdk, transformSchema } = await loading;
      const body = anthropicRequest(request, transformSchema);
      const watch = watchFetch(call, idleTimeoutMs);
      try {
        // Explicit values keep the SDK from reading the environment.
        client ??= new sdk.Anthropic({
          apiKey: config.api_key ?? '',
          baseURL: config.base_url ?? 'https://api.anthropic.com',
          defaultHeaders: config.default_headers,
          maxRetries: 0,
          logLevel: 'off',
          fetch: callFetch,
        });
        const { messages } = client;
        const stream = await watched(watch, () => messages.create(body, { signal: watch.signal }));
        const answer = new AnthropicAnswer(opaqueOwner(request.model), (text) => call.onText(text));
        for await (const event of stream as AsyncIterable<RawMessageStreamEvent>) answer.add(event);
        // The SDK ends an aborted stream as if it were complete.
        watch.signal.throwIfAborted();
        return answer.finish();
      } catch (error) {
        throw toModelError(error, 'anthropic', sdk, watch.signal, config);
      } finally {
        watch[Symbol.dispose]();
      }
    },
  };
}
