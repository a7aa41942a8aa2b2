import type { OpenAI } from 'openai';
import type { ProviderConfig } from '../../../config/types.js';
import { toModelError } from '../errors/provider-error.js';
import type { Model, ModelCall, ModelRequest, ModelResponse } from '../model.js';
import { callFetch, watched, watchFetch } from '../watched-fetch.js';
import { ChatAnswer } from './chat-answer.js';
import { chatRequest } from './chat-request.js';
import { ResponsesAnswer } from './responses-answer.js';
import { responsesRequest } from './responses-request.js';
import { cutAtStop } from './stop-sequences.js';

const OPENAI_URL = 'https://api.openai.com/v1';

/** Whether requests go to OpenAI, not to a server that speaks its protocol. */
export function isOpenAiItself(config: ProviderConfig): boolean {
  if (!config.base_url) return true;
  const host = URL.canParse(config.base_url) ? new URL(config.base_url).hostname : '';
  return host === 'openai.com' || host.endsWith('.openai.com');
}

/** Loading the SDK takes a while: only workers that call it pay for it. */
async function loadSdk() {
  const [sdk, transform] = await Promise.all([import('openai'), import('openai/lib/transform')]);
  return { sdk, toStrict: (schema: unknown) => transform.toStrictJsonSchema(schema as never) as unknown };
}

/** Explicit values keep the SDK from reading the environment. */
function connect(Client: typeof OpenAI, config: ProviderConfig): OpenAI {
  return new Client({
    // The SDK insists on a key; servers of one's own ignore it.
    apiKey: config.api_key || 'none',
    baseURL: config.base_url ?? OPENAI_URL,
    adminAPIKey: null,
    organization: null,
    project: null,
    defaultHeaders: config.default_headers,
    maxRetries: 0,
    logLevel: 'off',
    fetch: callFetch,
  });
}

export function createOpenAiModel(config: ProviderConfig, idleTimeoutMs?: number): Model {
  let loading: ReturnType<typeof loadSdk> | undefined;
  let client: OpenAI | undefined;
  const itself = isOpenAiItself(config);
  const api = config.api ?? (itself ? 'responses' : 'chat');
  return {
    async generate(request: ModelRequest, call: ModelCall): Promise<ModelResponse> {
      call.signal.throwIfAborted();
      loading ??= loadSdk();
      const { sdk, toStrict } = await loading;
      const watch = watchFetch(call, idleTimeoutMs);
      const onText = (text: string): void => call.onText(text);
      try {
        client ??= connect(sdk.OpenAI, config);
        const { responses, chat } = client;
        const options = { signal: watch.signal };
        let response: ModelResponse;
        if (api === 'responses') {
          const answer = new ResponsesAnswer(request.model, onText);
          const body = responsesRequest(request, config, toStrict);
          for await (const event of await watched(watch, () => responses.create(body, options)))
            answer.add(event);
          watch.signal.throwIfAborted();
          response = cutAtStop(answer.finish(), request.params.stopSequences);
        } else {
          const answer = new ChatAnswer(request, onText);
          const body = chatRequest(request, config, itself, toStrict);
          for await (const chunk of await watched(watch, () => chat.completions.create(body, options)))
            answer.add(chunk);
          // The SDK ends an aborted stream as if it were complete.
          watch.signal.throwIfAborted();
          response = answer.finish();
        }
        return response;
      } catch (error) {
        throw toModelError(error, 'openai', sdk, watch.signal, config);
      } finally {
        watch[Symbol.dispose]();
      }
    },
  };
}
