import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssistantPart, ConversationItem } from '../../../src/core/index.js';
import { createModels, type ModelRequest } from '../../../src/worker/llm/index.js';
import { type ProviderServer, startProviderServer } from './fixtures/provider-server.js';
import { call, config, request, user } from './fixtures/requests.js';
import { chatStream, responsesStream } from './fixtures/streams.js';

let server: ProviderServer;
beforeEach(async () => {
  server = await startProviderServer();
});
afterEach(() => server.close());

const MODEL = 'gpt-5.5';
const read = { name: 'read', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } };

async function generate(
  api: 'responses' | 'chat',
  more: Partial<ModelRequest> = {},
  onText = (_: string) => {},
) {
  const prices = { [`openai:${MODEL}`]: { input: 1, output: 10, cache_read: 0.5 } };
  const models = createModels(
    config({ openai: { api_key: 'key', base_url: `${server.url}/v1`, api }, prices }),
  );
  const { model, name } = models.resolve(`openai:${more.model ?? MODEL}`);
  const response = await model.generate(request({ ...more, model: name }), call({ onText }));
  return { response, sent: server.requests.at(-1)! };
}
const answered = (content: AssistantPart[]): ConversationItem => ({ role: 'assistant', id: 'a1', content });
const result = (callId: string, more: object = {}): ConversationItem => ({
  role: 'tool',
  callId,
  id: `r-${callId}`,
  content: [{ type: 'text', text: 'ok' }],
  ...more,
});

describe('openai: Responses API', () => {
  it('streams, keeps nothing at the provider, and counts cached tokens apart', async () => {
    server.reply(responsesStream(['Hello there'], { model: MODEL }));
    const deltas: string[] = [];
    const { response, sent } = await generate(
      'responses',
      { params: { maxTokens: 50, effort: 'low' } },
      (text) => deltas.push(text),
    );
    expect(deltas.join('')).toBe('Hello there');
    expect(response).toEqual({
      content: [{ type: 'text', text: 'Hello there' }],
      stopReason: 'end_turn',
      model: `openai:${MODEL}`,
      usage: { input: 40, output: 9, cacheRead: 60, cacheWrite: 0, cost: expect.closeTo(0.00016, 8) },
    });
    expect(sent.path).toBe('/v1/responses');
    expect(sent.body).toMatchObject({
      store: false,
      stream: true,
      include: ['reasoning.encrypted_content'],
      instructions: 'Be brief.',
      max_output_tokens: 50,
      reasoning: { effort: 'low' },
    });
  });

  it('carries reasoning items and phases back, in order, to its own model only', async () => {
    const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'abc' };
    const reply = responsesStream([
      { reasoning },
      'Looking.',
      { tool: 'read', args: { path: 'a' }, id: 'c1' },
    ]);
    const done = reply.events?.at(-1) as { response: { output: Array<Record<string, unknown>> } };
    Object.assign(done.response.output[1]!, { phase: 'commentary' });
    server.reply(reply);
    const { response } = await generate('responses', { tools: [read] });
    expect(response.stopReason).toBe('tool_use');
    server.otherwise(() => responsesStream(['done']));
    const items: ConversationItem[] = JSON.parse(
      JSON.stringify([user('hello'), answered(response.content), result('c1', { isError: true })]),
    );
    const { sent } = await generate('responses', { items, tools: [read] });
    expect(sent.body.input.slice(1)).toEqual([
      reasoning,
      { role: 'assistant', content: 'Looking.', phase: 'commentary' },
      { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{"path":"a"}' },
      { type: 'function_call_output', call_id: 'c1', output: 'The tool failed:\nok' },
    ]);
    const other = await generate('responses', {
      items,
      tools: [read],
      model: 'gpt-4.1',
      withholdTools: true,
    });
    expect(other.sent.body.input.map((item: { type?: string }) => item.type)).not.toContain('reasoning');
    expect(other.sent.body).not.toHaveProperty('include');
    expect(other.sent.body).toMatchObject({ tool_choice: 'none', tools: [{ name: 'read', strict: false }] });
  });

  it('asks for strict output where the schema allows it', async () => {
    server.otherwise(() => responsesStream(['{}']));
    const strict = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const first = await generate('responses', { outputSchema: strict });
    expect(first.sent.body.text.format).toMatchObject({
      type: 'json_schema',
      strict: true,
      schema: { additionalProperties: false },
    });
    const loose = { ...strict, required: [] };
    const second = await generate('responses', { outputSchema: loose });
    expect(second.sent.body.text.format).toMatchObject({ strict: false, schema: loose });
  });

  it('takes parallel calls, bad arguments, cut answers, stop sequences and refusals', async () => {
    server.reply(
      responsesStream([
        { tool: 'read', args: { path: 'a' } },
        { tool: 'read', args: '{"pa' },
      ]),
      responsesStream(['half'], { stop: 'max_output_tokens' }),
      responsesStream(['one END two']),
      responsesStream([''], { stop: 'content_filter' }),
    );
    const calls = await generate('responses', { tools: [read] });
    expect(calls.response.content).toMatchObject([
      { arguments: { path: 'a' } },
      { arguments: {}, problem: expect.any(String) },
    ]);
    expect((await generate('responses')).response.stopReason).toBe('max_tokens');
    const stopped = await generate('responses', { params: { stopSequences: ['END'] } });
    expect(stopped.response).toMatchObject({ stopReason: 'stop_sequence', content: [{ text: 'one ' }] });
    expect((await generate('responses')).response.stopReason).toBe('refusal');
  });

  it('sends images and documents, in results too', async () => {
    server.reply(responsesStream(['x']));
    const image = { type: 'image', data: 'AAAA', mimeType: 'image/png' } as const;
    const toolCall: AssistantPart = { type: 'tool_call', id: 'c1', name: 'read', arguments: {} };
    const items: ConversationItem[] = [
      { role: 'user', content: [image] },
      answered([toolCall]),
      result('c1', { content: [image] }),
    ];
    const { sent } = await generate('responses', { items });
    const part = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };
    expect(sent.body.input[0].content).toMatchObject([part]);
    expect(sent.body.input[2].output).toMatchObject([part]);
  });
});

describe('openai: compatible servers', () => {
  it('speak Chat Completions, need no key, and report usage', async () => {
    server.reply(chatStream(['Hello there']));
    const models = createModels(
      config({ openai: { base_url: `${server.url}/v1`, default_model: 'llama3:8b' } }),
    );
    const { model, name, spec } = models.resolve();
    expect(spec).toBe('openai:llama3:8b');
    const deltas: string[] = [];
    const params = { maxTokens: 9, stopSequences: ['END'] };
    const response = await model.generate(
      request({ model: name, params }),
      call({ onText: (text) => deltas.push(text) }),
    );
    expect(deltas.join('')).toBe('Hello there');
    expect(response).toEqual({
      content: [{ type: 'text', text: 'Hello there' }],
      stopReason: 'end_turn',
      model: 'openai:local-test',
      usage: { input: 30, output: 5, cacheRead: 20, cacheWrite: 0 },
    });
    expect(server.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      body: {
        model: 'llama3:8b',
        stream_options: { include_usage: true },
        max_tokens: 9,
        stop: ['END'],
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'hello' },
        ],
      },
    });
  });

  it('take tool calls and structured output', async () => {
    server.reply(
      chatStream([
        'Wait.',
        { tool: 'read', args: { path: 'a' }, id: 'x' },
        { tool: 'read', args: '{"p', id: 'y' },
      ]),
      chatStream(['{}']),
    );
    const { response } = await generate('chat', { tools: [read] });
    expect(response.stopReason).toBe('tool_use');
    expect(response.content).toMatchObject([
      { type: 'text', text: 'Wait.' },
      { id: 'x', arguments: { path: 'a' } },
      { id: 'y', arguments: {}, problem: expect.any(String) },
    ]);
    const outputSchema = { type: 'object', properties: {}, required: [] };
    const items = [user('hello'), answered(response.content), result('x'), result('y', { isError: true })];
    const { sent } = await generate('chat', { items, tools: [read], outputSchema });
    expect(sent.body.response_format).toMatchObject({ type: 'json_schema', json_schema: { strict: true } });
    expect(sent.body.messages.slice(2)).toMatchObject([
      {
        role: 'assistant',
        content: 'Wait.',
        tool_calls: [{ id: 'x', function: { name: 'read', arguments: '{"path":"a"}' } }, { id: 'y' }],
      },
      { role: 'tool', tool_call_id: 'x', content: 'ok' },
      { role: 'tool', tool_call_id: 'y', content: 'The tool failed:\nok' },
    ]);
  });

  it('may leave out ids, indexes, usage and the end mark', async () => {
    const calls = ['a', 'b'].map((path) => ({
      function: { name: 'read', arguments: { path } },
      id: path === 'a' ? '' : 'b',
    }));
    const chunk = (delta: unknown, finish_reason: string | null = null) => ({
      choices: [{ delta, finish_reason }],
    });
    server.reply({
      events: [chunk({ tool_calls: [calls[0]] }), chunk({ tool_calls: [calls[1]] }), chunk({}, 'stop')],
    });
    const { response } = await generate('chat', { tools: [read] });
    expect(response).toMatchObject({
      stopReason: 'tool_use',
      model: `openai:${MODEL}`,
      content: [
        { id: 'call_1_1', arguments: { path: 'a' } },
        { id: 'b', arguments: { path: 'b' } },
      ],
    });
  });
});
