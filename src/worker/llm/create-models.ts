import type { Config } from '../../config/types.js';
import { McpaError } from '../../core/index.js';
import { createAnthropicModel } from './anthropic/anthropic-model.js';
import { limitedModel } from './limits/limited-model.js';
import { RateLimiter } from './limits/rate-limiter.js';
import { type Model, PROVIDERS, type Provider } from './model.js';
import { createOpenAiModel, isOpenAiItself } from './openai/openai-model.js';
import { price } from './price.js';
import { type ScriptFile, scriptFile } from './scripted/load-script.js';
import { createScriptedModel } from './scripted/scripted-model.js';
import { soundModel } from './sound-model.js';

export interface ResolvedModel {
  model: Model;
  /** Without the provider. */
  name: string;
  /** `provider:name` */
  spec: string;
}

export interface ModelsOptions {
  /** How long a provider may send nothing; the SDKs' own ten minutes by default. */
  idleTimeoutMs?: number;
}

export interface Models {
  /** Chooses a model by `provider:name`, `provider` or, without a spec, the config's default. */
  resolve(spec?: string): ResolvedModel;
  /** Throws what would make the default model fail at once: `KEY_MISSING`, `SCRIPT_INVALID`, `CONFIG_INVALID`. */
  check(): void;
}

/** The models that the SDKs' own examples use. */
const DEFAULT_MODEL = { anthropic: 'claude-sonnet-5-5', openai: 'gpt-5.5', scripted: 'script' };

const KEY_VARIABLE = { anthropic: 'ANTHROPIC_API_KEY', openai: 'OPENAI_API_KEY' };

/** Every model that the config allows; clients are made at first use and kept. */
export function createModels(config: Config, options: ModelsOptions = {}): Models {
  const made = new Map<Provider, Model>();
  let script: ScriptFile | undefined;

  const model = (provider: Provider): Model => {
    let found = made.get(provider);
    if (!found) {
      found = withCost(create(provider));
      made.set(provider, found);
    }
    return found;
  };
  const create = (provider: Provider): Model => {
    if (provider === 'anthropic')
      return limited(provider, createAnthropicModel(config.anthropic, options.idleTimeoutMs));
    if (provider === 'openai')
      return limited(provider, createOpenAiModel(config.openai, options.idleTimeoutMs));
    return createScriptedModel(() => theScript().load());
  };
  const limited = (provider: 'anthropic' | 'openai', inner: Model): Model => {
    const { requests_per_minute: requestsPerMinute, tokens_per_minute: tokensPerMinute } = config[provider];
    const limiter = new RateLimiter(provider, {
      ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
      ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
    });
    // Anthropic does not count what it reads from its cache.
    return limitedModel(soundModel(inner, provider), limiter, provider === 'openai');
  };
  const withCost = (inner: Model): Model => ({
    async generate(request, call) {
      const response = await inner.generate(request, call);
      const cost = price(config.prices, response.model, response.usage);
      return cost === undefined ? response : { ...response, usage: { ...response.usage, cost } };
    },
  });
  const theScript = (): ScriptFile => {
    const path = config.scripted.script;
    if (!path) {
      throw new McpaError('CONFIG_INVALID', 'The scripted model has no script.', {
        hint: 'Set scripted.script to a YAML file of turns (docs/scripted-model.md).',
      });
    }
    script ??= scriptFile(config.projectDir, path);
    return script;
  };

  const choose = (spec?: string): { provider: Provider; name: string } => {
    const wanted = spec ?? config.model ?? firstConfigured(config);
    const colon = wanted.indexOf(':');
    const provider = colon < 0 ? wanted : wanted.slice(0, colon);
    if (!isProvider(provider)) {
      throw new McpaError('CONFIG_INVALID', `The model "${wanted}" names no known provider.`, {
        hint: `Write it as provider:name with one of ${PROVIDERS.join(', ')}, for example ${example(wanted)}.`,
      });
    }
    const given = colon < 0 ? '' : wanted.slice(colon + 1);
    const configured = provider === 'scripted' ? undefined : config[provider].default_model;
    return { provider, name: given || configured || DEFAULT_MODEL[provider] };
  };
  const requireUsable = (provider: Provider): void => {
    if (provider === 'scripted') return void theScript();
    if (config[provider].api_key) return;
    // A server of one's own seldom wants a key; OpenAI itself always does.
    if (provider === 'openai' && !isOpenAiItself(config.openai)) return;
    throw keyMissing(`The model provider "${provider}" has no API key.`, [provider]);
  };

  return {
    resolve(spec) {
      const { provider, name } = choose(spec);
      requireUsable(provider);
      return { model: model(provider), name, spec: `${provider}:${name}` };
    },
    check() {
      const { provider } = choose();
      requireUsable(provider);
      if (provider === 'scripted') theScript().read();
    },
  };
}

function firstConfigured(config: Config): Provider {
  if (config.anthropic.api_key) return 'anthropic';
  if (config.openai.api_key || !isOpenAiItself(config.openai)) return 'openai';
  if (config.scripted.script) return 'scripted';
  throw keyMissing('No model is configured.', ['anthropic', 'openai']);
}

function keyMissing(message: string, providers: Array<'anthropic' | 'openai'>): McpaError {
  const ways = providers.map(
    (name) => `set ${KEY_VARIABLE[name]} or put ${name}.api_key in mcp_agent.secrets.yaml`,
  );
  const hint = `Do one of: ${ways.join('; ')}; or set scripted.script to work without a key.`;
  return new McpaError('KEY_MISSING', message, { hint });
}

function isProvider(name: string): name is Provider {
  return (PROVIDERS as readonly string[]).includes(name);
}

function example(wanted: string): string {
  if (wanted.startsWith('claude')) return `anthropic:${wanted}`;
  return /^(gpt|o\d)/.test(wanted) ? `openai:${wanted}` : `anthropic:${DEFAULT_MODEL.anthropic}`;
}
