import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../src/worker/llm/errors/retry-after.js';
import { createModels, type Model } from '../../../src/worker/llm/index.js';
import { type ProviderServer, type Reply, startProviderServer } from './fixtures/provider-server.js';
import { call, config, request } from './fixtures/requests.js';
import { anthropicStream, chatStream, responsesStream } from './fixtures/streams.js';

let server: ProviderServer;
const KEY = 'sk-planted-secret';

/** Longer than a busy machine is silent; the test of silence itself has its own. */
const PATIENT_MS = 20_000;

function model(api: string, url = server.url, idleTimeoutMs = PATIENT_MS): { model: Model; name: string } {
  const [provider, style] = api.split(' ') as [string, 'responses' | 'chat' | undefined];
  const section = { api_key: KEY, base_url: provider === 'openai' ? `${url}/v1` : url, api: style };
  const models = createModels(config({ [provider]: section }), { idleTimeoutMs });
  return models.resolve(`${provider}:m`);
}
async function failure(api: string, reply: Reply, idleTimeoutMs?: number) {
  server.reply(reply);
  const error = await model(api, server.url, idleTimeoutMs)
    .model.generate(request(), call())
    .then(
      () => undefined,
      (caught: unknown) => caught,
    );
  expect(error).toBeInstanceOf(Error);
  return error as Error & Record<string, unknown>;
}

beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => {
  server.requests.length = 0;
});
afterAll(() => server.close());

const anthropicError = (status: number, type: string, message = 'no', details?: object): Reply => ({
  status,
  body: { type: 'error', error: { type, message, ...(details && { details }) }, request_id: 'r' },
});
const openaiError = (status: number, code: string | null, type = 'x', message = 'no'): Reply => ({
  status,
  body: { error: { message, type, code, param: null } },
});

describe.each([
  ['anthropic', anthropicStream(['a long enough text to be cut'])],
  ['openai responses', responsesStream(['a long enough text to be cut'])],
  ['openai chat', chatStream(['a long enough text to be cut'])],
])('%s: the wire', (api, whole) => {
  it('does not retry by itself', async () => {
    await failure(api, { status: 500, body: { error: { type: 'api_error', message: 'oops' } } });
    expect(server.requests).toHaveLength(1);
  });

  it('connection refused', async () => {
    const gone = await startProviderServer();
    await gone.close();
    const error = await model(api, gone.url)
      .model.generate(request(), call())
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ class: 'transport', retryable: true });
    expect((error as Error).message).toContain('ECONNREFUSED');
  });

  it.each(['reset', 'end'] as const)('a stream cut by %s', async (how) => {
    expect(await failure(api, { ...whole, cut: { after: 420, how } })).toMatchObject({
      class: 'transport',
      retryable: true,
    });
  });

  it('half a JSON, and garbage', async () => {
    const half = { events: [...(whole.events ?? []).slice(0, 2), '{"type": "content_block_delta", "ind'] };
    expect(await failure(api, half)).toMatchObject({ class: expect.stringMatching('transport') });
    expect(await failure(api, { body: '<html>bad gateway</html>' })).toMatchObject({ class: 'transport' });
  });

  it('silence', async () => {
    expect(await failure(api, { delayMs: 800, ...whole }, 400)).toMatchObject({
      class: 'timeout',
      retryable: true,
    });
    const started = { events: whole.events?.slice(0, 2), hang: true };
    expect(await failure(api, started, 400)).toMatchObject({ class: 'timeout', retryable: true });
  });

  it('abort reaches the server and gives the reason back', async () => {
    const abort = new AbortController();
    const reason = new Error('run cancelled');
    server.reply({ events: whole.events?.slice(0, 3), hang: true });
    const generating = model(api).model.generate(
      request(),
      call({ signal: abort.signal, onAlive: () => setTimeout(() => abort.abort(reason), 10) }),
    );
    await expect(generating).rejects.toBe(reason);
    await server.requests[0]?.aborted;
    const early = model(api).model.generate(request(), call({ signal: AbortSignal.abort(reason) }));
    await expect(early).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['a line break', 'sk-planted\nsecret'],
    ['a letter that no header can have', 'sk-planted-“secret”'],
  ])('a key with %s: refused here, once, without the key', async (_, key) => {
    const [provider, style] = api.split(' ') as [string, 'responses' | 'chat' | undefined];
    const base_url = provider === 'openai' ? `${server.url}/v1` : server.url;
    const models = createModels(config({ [provider]: { api_key: key, base_url, api: style } }));
    const error = await models
      .resolve(`${provider}:m`)
      .model.generate(request(), call())
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      class: 'auth',
      retryable: false,
      message: expect.stringContaining('api_key'),
    });
    expect(
      `${(error as Error).message} ${(error as Error).stack} ${String((error as Error).cause)}`,
    ).not.toContain('planted');
    expect(server.requests).toHaveLength(0);
  });

  it('a base_url that is no address', async () => {
    const error = await model(api, 'no address')
      .model.generate(request(), call())
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ class: 'bad_request', retryable: false });
  });

  it('no key in any error', async () => {
    const error = await failure(api, {
      status: 401,
      body: { error: { type: 'authentication_error', message: `bad key ${KEY}` } },
    });
    expect(
      `${error.stack} ${JSON.stringify(error)} ${String(error.hint)} ${String(error.cause)}`,
    ).not.toContain(KEY);
    expect(error).toMatchObject({
      class: 'auth',
      retryable: false,
      hint: expect.stringContaining('api_key'),
    });
  });
});

describe('answers that no provider should give', () => {
  const block = { type: 'content_block_start', index: 1e9, content_block: { type: 'text', text: 'far' } };
  const call9 = { index: 1e9, id: 'c', function: { name: 'read', arguments: '{}' } };
  const item = { type: 'response.output_item.done', output_index: 1e9, item: { type: 'reasoning' } };
  const second = <T>(events: T[] | undefined, event: T) => [events![0]!, event, ...events!.slice(1)];

  it.each([
    ['anthropic', { events: second(anthropicStream(['hi']).events, block) }],
    [
      'openai chat',
      { events: second(chatStream(['hi']).events, { choices: [{ delta: { tool_calls: [call9] } }] }) },
    ],
    ['openai responses', { events: second(responsesStream(['hi']).events, item) }],
  ])('%s: a part far away takes no time', async (api, reply) => {
    server.reply(reply);
    const answer = await model(api).model.generate(request(), call());
    expect(answer.content).toContainEqual({ type: 'text', text: 'hi' });
  });

  it('counts that are none count nothing', async () => {
    server.reply(
      chatStream(['hi'], { usage: { prompt_tokens: 'many', completion_tokens: [9], total_tokens: null } }),
    );
    const { usage } = await model('openai chat').model.generate(request(), call());
    expect(usage).toMatchObject({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0 });
  });

  it.each([
    [
      'openai chat',
      { events: second(chatStream(['hi']).events, { choices: [{ delta: { content: ['x'] } }] }) },
      'a piece of text',
    ],
    [
      'openai responses',
      responsesStream([{ tool: 'read', args: {}, id: 5 as never }]),
      'a tool call without an id',
    ],
    ['anthropic', anthropicStream([{ tool: null as never, args: {} }]), 'a tool call without a name'],
  ])('%s: what is of another type is garbled, not passed on', async (api, reply, what) => {
    expect(await failure(api, reply)).toMatchObject({
      class: 'transport',
      message: expect.stringContaining(what),
    });
  });
});

describe('classes of errors', () => {
  it.each<[string, Reply, object]>([
    [
      'rate limit',
      anthropicError(429, 'rate_limit_error'),
      { class: 'rate_limit', retryable: true, status: 429 },
    ],
    [
      'overloaded',
      anthropicError(529, 'overloaded_error'),
      { class: 'overloaded', retryable: true, status: 529 },
    ],
    ['server', anthropicError(500, 'api_error'), { class: 'server', retryable: true }],
    ['timeout', anthropicError(504, 'timeout_error'), { class: 'timeout', retryable: true }],
    ['timeout 408', anthropicError(408, 'timeout_error'), { class: 'timeout', retryable: true }],
    ['conflict', anthropicError(409, 'conflict_error'), { class: 'server', retryable: true }],
    ['auth', anthropicError(403, 'permission_error'), { class: 'auth', retryable: false }],
    ['billing', anthropicError(402, 'billing_error'), { class: 'quota', retryable: false }],
    [
      'credit',
      anthropicError(400, 'invalid_request_error', 'Your credit balance is too low'),
      { class: 'quota' },
    ],
    [
      'spend limit',
      anthropicError(403, 'permission_error', 'x', { error_code: 'enforced_spend_limit_reached' }),
      { class: 'quota' },
    ],
    [
      'too long',
      anthropicError(400, 'invalid_request_error', 'prompt is too long: 9 tokens > 3 maximum'),
      { class: 'context_too_long' },
    ],
    ['too large', anthropicError(413, 'request_too_large'), { class: 'context_too_long', retryable: false }],
    [
      'bad',
      anthropicError(400, 'invalid_request_error', 'max_tokens: too big'),
      { class: 'bad_request', retryable: false },
    ],
    [
      'unknown model',
      anthropicError(404, 'not_found_error', 'model: x'),
      { class: 'bad_request', message: expect.stringContaining('model: x') },
    ],
    [
      'in the stream',
      { events: [{ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }] },
      { class: 'overloaded' },
    ],
  ])('anthropic: %s', async (_, reply, expected) => {
    expect(await failure('anthropic', reply)).toMatchObject(expected);
  });

  it.each<[string, Reply, object]>([
    ['rate limit', openaiError(429, 'rate_limit_exceeded'), { class: 'rate_limit', retryable: true }],
    [
      'quota',
      openaiError(429, 'insufficient_quota', 'insufficient_quota'),
      { class: 'quota', retryable: false },
    ],
    ['too long', openaiError(400, 'context_length_exceeded'), { class: 'context_too_long' }],
    ['policy', openaiError(400, 'content_policy_violation'), { class: 'content_refused', retryable: false }],
    ['auth', openaiError(401, 'invalid_api_key'), { class: 'auth' }],
    ['bad', openaiError(400, null), { class: 'bad_request' }],
    ['server', openaiError(503, null), { class: 'overloaded', retryable: true }],
    [
      'failed',
      {
        events: [
          { type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'slow' } } },
        ],
      },
      { class: 'rate_limit' },
    ],
    [
      'failed too long',
      { events: [{ type: 'error', code: 'context_length_exceeded', message: 'long' }] },
      { class: 'context_too_long' },
    ],
  ])('openai: %s', async (_, reply, expected) => {
    expect(await failure('openai responses', reply)).toMatchObject(expected);
  });

  it('a minute’s quota that says when to come again is a rate limit', async () => {
    const said = 'You exceeded your current quota, please check your plan and billing details';
    const limited = { ...openaiError(429, null, 'x', said), headers: { 'retry-after': '7' } };
    expect(await failure('openai chat', limited)).toMatchObject({ class: 'rate_limit', retryAfterMs: 7_000 });
    expect(await failure('openai chat', openaiError(429, null, 'x', said))).toMatchObject({ class: 'quota' });
  });

  it('tells how long to wait', async () => {
    const limited = (headers: Record<string, string>) => ({
      ...anthropicError(429, 'rate_limit_error'),
      headers,
    });
    expect(await failure('anthropic', limited({ 'retry-after': '3' }))).toMatchObject({ retryAfterMs: 3000 });
    expect(
      await failure('anthropic', limited({ 'retry-after-ms': '250', 'retry-after': '3' })),
    ).toMatchObject({ retryAfterMs: 250 });
    const date = new Date(1_000_000_000_000);
    const headers = new Headers({ 'retry-after': date.toUTCString() });
    expect(retryAfterMs(headers, date.getTime() - 5_000)).toBe(5_000);
    expect(retryAfterMs(headers, date.getTime() + 5_000)).toBe(0);
    expect(retryAfterMs(new Headers({ 'retry-after': 'soon' }))).toBeUndefined();
  });
});
