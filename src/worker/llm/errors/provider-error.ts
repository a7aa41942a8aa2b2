import type { ProviderConfig } from '../../../config/types.js';
import type { ModelErrorClass } from './error-classes.js';
import { isModelError, ModelError } from './model-error.js';
import { retryAfterMs } from './retry-after.js';

/** What both SDKs' error classes share; they come from the same generator. */
export interface SdkErrors {
  APIError: abstract new (...args: never[]) => Error;
  APIConnectionError: abstract new (...args: never[]) => Error;
  APIConnectionTimeoutError: abstract new (...args: never[]) => Error;
}

interface ApiErrorLike extends Error {
  status?: number;
  headers?: Headers;
  code?: string | null;
  type?: string | null;
  errorCode?: string | null;
  apiMessage?: string | null;
  error?: unknown;
}

const HINTS: Partial<Record<ModelErrorClass, (provider: string) => string>> = {
  auth: (provider) =>
    `Set a valid ${provider}.api_key in mcp_agent.secrets.yaml (\`mcpa dev\` takes it up by itself) or ${provider.toUpperCase()}_API_KEY, and restart the worker.`,
  quota: (provider) => `Add credit or raise the spend limit of your ${provider} account.`,
  context_too_long: () => 'Send less: shorter tool results, fewer turns, or a model with a larger context.',
};

/**
 * Any failure of a provider call as a `ModelError`, or the reason of an abort.
 * Connection errors are told apart first: the SDKs derive them from `APIError`, without a status.
 */
export function toModelError(
  error: unknown,
  provider: string,
  sdk: SdkErrors,
  signal: AbortSignal,
  config: ProviderConfig,
): unknown {
  if (signal.aborted) return signal.reason;
  if (isModelError(error)) return error;
  if (error instanceof sdk.APIConnectionTimeoutError) {
    return new ModelError('timeout', `${provider} did not answer in time.`, { cause: error });
  }
  if (error instanceof sdk.APIConnectionError) {
    const reason = redact(rootMessage(error), config);
    return new ModelError('transport', `${provider} can't be reached: ${reason}`, { cause: error });
  }
  if (error instanceof sdk.APIError) return fromApi(error as ApiErrorLike, provider, config);
  const unsent = unsendable(error, provider);
  if (unsent !== undefined) return unsent;
  // What is left was thrown while reading: a socket that broke, or half a JSON in the stream.
  const cut =
    error instanceof SyntaxError ? 'an answer that is not valid JSON' : redact(rootMessage(error), config);
  return new ModelError('transport', `The answer of ${provider} broke off: ${cut}`, { cause: error });
}

/** What no request can be made of: the same each time, and its own message would show the key. */
function unsendable(error: unknown, provider: string): ModelError | undefined {
  if (!(error instanceof TypeError)) return undefined;
  if ((error as { code?: unknown }).code === 'ERR_INVALID_URL')
    return new ModelError('bad_request', `${provider}.base_url is no address`, {
      hint: 'Start it with https:// or http://.',
    });
  if (!/header|ByteString/i.test(error.message)) return undefined;
  const message = `${provider}.api_key (or one of its default_headers) has characters that can't be sent, such as a line break`;
  const hint = HINTS.auth?.(provider);
  return new ModelError('auth', message, { provider, ...(hint === undefined ? {} : { hint }) });
}

function fromApi(error: ApiErrorLike, provider: string, config: ProviderConfig): ModelError {
  const { status } = error;
  const code = error.errorCode ?? error.code ?? '';
  const type = error.type ?? '';
  const message = redact(error.apiMessage ?? error.message, config);
  const wait = retryAfterMs(error.headers);
  const told = classOf(status, code, type, message);
  // Some say "quota" of a minute's limit, too: who says when to come again means that, unless the code says otherwise.
  const passes = status === 429 && wait !== undefined && !QUOTA.test(`${code} ${type}`);
  const errorClass = told === 'quota' && passes ? 'rate_limit' : told;
  const shown = status === undefined ? provider : `${provider} answered ${status}`;
  return new ModelError(errorClass, `${shown}: ${short(message.replace(/^\d{3} /, ''))}`, {
    // No cause: the SDK's error holds the provider's text, which may repeat the key.
    status,
    provider,
    retryAfterMs: wait,
    hint: status === 404 ? `Check the model's name and ${provider}.base_url.` : HINTS[errorClass]?.(provider),
  });
}

const QUOTA =
  /insufficient_quota|billing|spend_limit|credit balance|exceeded your current quota|organization_on_hold/i;
const TOO_LONG =
  /context_length_exceeded|prompt is too long|maximum context length|context (window|length|limit)|request_too_large|request_body_too_large/i;
const REFUSED =
  /content_policy|content_filter|content filtering policy|content management policy|image_content_policy_violation|bio_policy|invalid_prompt|moderation_blocked/i;

/** An error inside a stream has no status, so its type and code must do. Exported for answers that carry a code. */
export function classOf(
  status: number | undefined,
  code: string,
  type: string,
  message: string,
): ModelErrorClass {
  const words = `${code} ${type}`;
  // The providers ask not to match on wording; it stays the last resort where they give no code.
  if (QUOTA.test(words) || status === 402 || (/^4/.test(String(status)) && QUOTA.test(message)))
    return 'quota';
  if (status === 401 || status === 403 || /authentication_error|permission_error|invalid_api_key/.test(words))
    return 'auth';
  if (status === 429 || /rate_limit/.test(words)) return 'rate_limit';
  if (status === 529 || /overloaded/.test(words) || status === 503) return 'overloaded';
  if (status === 408 || status === 504 || /timeout_error/.test(words)) return 'timeout';
  if (status === 409) return 'server';
  if (status === 413 || TOO_LONG.test(words)) return 'context_too_long';
  if (REFUSED.test(words)) return 'content_refused';
  if (status !== undefined && status >= 500) return 'server';
  if (/api_error|server_error|internal_error/.test(words)) return 'server';
  if (TOO_LONG.test(message)) return 'context_too_long';
  if (status === 400 && REFUSED.test(message)) return 'content_refused';
  if (status === undefined && !/invalid_request|not_found/.test(words)) return 'server';
  return 'bad_request';
}

/** undici says "fetch failed" and hides why in the causes. */
function rootMessage(error: unknown): string {
  let current = error;
  while (current instanceof Error && current.cause instanceof Error) current = current.cause;
  if (current instanceof AggregateError && current.errors[0] instanceof Error) current = current.errors[0];
  return current instanceof Error ? short(current.message || current.name) : String(current);
}

/** Servers that repeat what was sent must not bring a secret into history. */
function redact(text: string, config: ProviderConfig): string {
  const secrets = [config.api_key, ...Object.values(config.default_headers ?? {})];
  return secrets.reduce<string>(
    (shown, secret) => (secret && secret.length >= 6 ? shown.replaceAll(secret, '***') : shown),
    text,
  );
}

function short(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
