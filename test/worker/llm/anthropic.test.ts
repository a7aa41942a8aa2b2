import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationItem } from '../../../src/core/index.js';
import { createModels, type ModelRequest } from '../../../src/worker/llm/index.js';
import { type ProviderServer, startProviderServer } from './fixtures/provider-server.js';
import { call, config, request, user } from './fixtures/requests.js';
import { anthropicStream } from './fixtures/streams.js';

let server: ProviderServer;
beforeEach(async () => {
  server = await startProviderServer();
});
afterEach(() => server.close());

const MODEL = 'claude-sonnet-5-5';
const read = {
  name: 'read',
  description: 'Reads',
  inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
};

async function generate(more: Partial<ModelRequest> = {}, onText = (_: string) => {}) {
  const models = createModels(
    config({ anthropic: { api_key: 'key', base_url: server.url, default_headers: { 'x-own': 'yes' } } }),
  );
  const response = await models
    .resolve(`anthropic:${more.model ?? MODEL}`)
    .model.generate(request({ model: MODEL, ...more }), call({ onText }));
  return { response, sent: server.requests.at(-1)! };
}
const assistant = (
  content: Extract<ConversationItem, { role: 'assistant' }>['content'],
): ConversationItem => ({
  role: 'assistant',
  id: 'a1',
  content,
});
const result = (callId: string, text = 'ok'): ConversationItem => ({
  role: 'tool',
  callId,
  id: `r-${callId}`,
  content: [{ type: 'text', text }],
});

describe('anthropic', () => {
  it('streams text, and reports usage, cost and the model that answered', async () => {
    const usage = { input_tokens: 1000, cache_read_input_tokens: 2000, cache_creation_input_tokens: 400 };
    server.reply(anthropicStream(['Hello there'], { model: MODEL, usage }));
    const deltas: string[] = [];
    const { response, sent } = await generate({}, (text) => deltas.push(text));
    expect(deltas.join('')).toBe('Hello there');
    expect(deltas.length).toBeGreaterThan(1);
    expect(response).toEqual({
      content: [{ type: 'text', text: 'Hello there' }],
      stopReason: 'end_turn',
      model: `anthropic:${MODEL}`,
      usage: { input: 1000, output: 7, cacheRead: 2000, cacheWrite: 400, cost: expect.closeTo(0.00347, 8) },
    });
    expect(sent.path).toBe('/v1/messages');
    expect(sent.headers['x-own']).toBe('yes');
    expect(sent.body).toMatchObject({ model: MODEL, stream: true, thinking: { type: 'adaptive' } });
    expect(sent.body.max_tokens).toBeGreaterThan(8000);
    expect(sent.body).not.toHaveProperty('temperature');
  });

  it('marks the stable prefix and the end of the conversation for the cache', async () => {
    server.reply(anthropicStream(['x']));
    const items = [
      user('one'),
      assistant([{ type: 'text', text: 'first' }]),
      user('two'),
      assistant([{ type: 'text', text: 'second' }]),
      user('three'),
    ];
    const { sent } = await generate({ items, tools: [{ ...read, name: 'other' }, read] });
    const mark = { type: 'ephemeral' };
    expect(sent.body.system.at(-1).cache_control).toEqual(mark);
    expect(sent.body.tools.map((tool: { cache_control?: object }) => tool.cache_control)).toEqual([
      undefined,
      mark,
    ]);
    const marks = sent.body.messages.map(
      (message: { content: Array<{ cache_control?: object }> }) => message.content.at(-1)?.cache_control,
    );
    expect(marks).toEqual([undefined, undefined, mark, undefined, mark]);
    expect(JSON.stringify(sent.body).match(/cache_control/g)).toHaveLength(4);
  });

  it('keeps thinking and sends it back in place, as it came, to its own model only', async () => {
    server.reply(
      anthropicStream([
        { thinking: 'let me see', signature: 'sig==' },
        { redacted: 'opaque' },
        'Reading.',
        { tool: 'read', args: { path: 'a' }, id: 't1' },
      ]),
      anthropicStream(['done']),
      anthropicStream(['done']),
    );
    const first = await generate({ tools: [read] });
    expect(first.response.stopReason).toBe('tool_use');
    expect(first.response.content.map((part) => part.type)).toEqual([
      'opaque',
      'opaque',
      'text',
      'tool_call',
    ]);
    // As it comes back from history.
    const items: ConversationItem[] = JSON.parse(
      JSON.stringify([user('hello'), assistant(first.response.content), result('t1')]),
    );
    const second = await generate({ items, tools: [read] });
    expect(second.sent.body.messages[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'let me see', signature: 'sig==' },
        { type: 'redacted_thinking', data: 'opaque' },
        { type: 'text', text: 'Reading.' },
        { type: 'tool_use', id: 't1', name: 'read', input: { path: 'a' } },
      ],
    });
    const other = await generate({ items, tools: [read], model: 'claude-opus-5' });
    expect(other.sent.body.messages[1].content.map((block: { type: string }) => block.type)).toEqual([
      'text',
      'tool_use',
    ]);
  });

  it('takes parallel tool calls, and sends their results in one message before what the user adds', async () => {
    const calls = Array.from({ length: 100 }, (_, index) => ({
      tool: 'read',
      args: { path: `${index}` },
      id: `t${index}`,
    }));
    server.reply(anthropicStream(calls), anthropicStream(['done']));
    const { response } = await generate({ tools: [read] });
    expect(response.content).toHaveLength(100);
    expect(response.content[99]).toEqual({
      type: 'tool_call',
      id: 't99',
      name: 'read',
      arguments: { path: '99' },
    });
    const failed: ConversationItem = {
      role: 'tool',
      callId: 't1',
      id: 'r',
      content: [{ type: 'text', text: 'no' }],
      isError: true,
    };
    const items = [user('go'), assistant(response.content.slice(0, 2)), result('t0'), failed, user('and?')];
    const { sent } = await generate({ items, tools: [read] });
    expect(sent.body.messages).toHaveLength(3);
    expect(sent.body.messages[2].content).toMatchObject([
      { type: 'tool_result', tool_use_id: 't0' },
      { type: 'tool_result', tool_use_id: 't1', is_error: true },
      { type: 'text', text: 'and?' },
    ]);
  });

  it('tells the model about arguments that are not JSON', async () => {
    server.reply(
      anthropicStream([
        { tool: 'read', args: '{"path": "a' },
        { tool: 'read', args: '[1]' },
        { tool: 'read', args: '' },
      ]),
    );
    const { response } = await generate({ tools: [read] });
    expect(response.content).toMatchObject([
      { arguments: {}, problem: expect.stringContaining('not valid JSON') },
      { arguments: {}, problem: expect.stringContaining('not a JSON object') },
      { arguments: {} },
    ]);
    expect(response.content[2]).not.toHaveProperty('problem');
  });

  it('asks for structured output natively where the schema allows it', async () => {
    server.otherwise(() => anthropicStream(['{}']));
    const outputSchema = {
      type: 'object',
      properties: { n: { type: 'integer', minimum: 3 } },
      required: ['n'],
    };
    const { sent } = await generate({ outputSchema, params: { effort: 'low' } });
    expect(sent.body.output_config).toMatchObject({
      effort: 'low',
      format: {
        type: 'json_schema',
        schema: { type: 'object', additionalProperties: false, required: ['n'] },
      },
    });
    const free = await generate({
      outputSchema: { type: 'object', additionalProperties: { type: 'string' } },
    });
    expect(free.sent.body).not.toHaveProperty('output_config');
    expect(free.sent.body.system.at(-1).text).toContain('JSON Schema');
  });

  it('passes parameters, withholds tools without leaving them out, and knows older models', async () => {
    server.otherwise(() => anthropicStream(['x'], { stop: 'max_tokens' }));
    const params = { maxTokens: 100, stopSequences: ['END'], temperature: 0 };
    const { sent, response } = await generate({
      model: 'claude-haiku-4-5-20251001',
      params,
      tools: [read],
      withholdTools: true,
    });
    expect(sent.body).toMatchObject({
      max_tokens: 100,
      stop_sequences: ['END'],
      temperature: 0,
      tool_choice: { type: 'none' },
      tools: [{ name: 'read' }],
    });
    expect(sent.body).not.toHaveProperty('thinking');
    expect(response.stopReason).toBe('max_tokens');
    await expect(generate({ params })).rejects.toMatchObject({
      class: 'bad_request',
      hint: expect.stringContaining('effort'),
    });
  });

  it('answers a refusal with its reason', async () => {
    server.reply(anthropicStream([], { stop: 'refusal' }));
    const { response } = await generate();
    expect(response).toMatchObject({ stopReason: 'refusal', content: [{ type: 'text' }] });
  });

  it('sends images and documents, and describes what can not be sent', async () => {
    server.reply(anthropicStream(['x']));
    const blob = 'AAAA';
    const items: ConversationItem[] = [
      {
        role: 'user',
        content: [
          { type: 'image', data: blob, mimeType: 'image/png' },
          { type: 'audio', data: blob, mimeType: 'audio/wav' },
          { type: 'resource', resource: { uri: 'file:///a.txt', text: 'inside' } },
          { type: 'resource', resource: { uri: 'file:///a.pdf', mimeType: 'application/pdf', blob } },
          { type: 'resource_link', uri: 'https://x/y', name: 'y' },
        ],
      },
    ];
    const { sent } = await generate({ items });
    expect(sent.body.messages[0].content).toMatchObject([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: blob } },
      { type: 'text', text: expect.stringContaining('audio/wav, 3 bytes') },
      { type: 'text', text: expect.stringContaining('inside') },
      { type: 'document', title: 'a.pdf' },
      { type: 'text', text: expect.stringContaining('https://x/y') },
    ]);
  });
});
