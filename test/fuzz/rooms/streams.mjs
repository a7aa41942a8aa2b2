/** Whole answers as the providers stream them: text, a thought, a tool call. */
const message = {
  id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 3 },
}; // biome-ignore format: a recording
const block = (index, content_block, ...deltas) => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const anthropic = [
  { type: 'message_start', message },
  { type: 'ping' },
  ...block(
    0,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: 'hm' },
    { type: 'signature_delta', signature: 's' },
  ),
  ...block(
    1,
    { type: 'text', text: '' },
    { type: 'text_delta', text: 'Rea' },
    { type: 'text_delta', text: 'ding.' },
  ),
  ...block(
    2,
    { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} },
    { type: 'input_json_delta', partial_json: '{"path":' },
    { type: 'input_json_delta', partial_json: '"a"}' },
  ),
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 7 },
  },
  { type: 'message_stop' },
];

const output = [
  { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'abc' },
  {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'Reading.', annotations: [] }],
  },
  { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'read', arguments: '{"path":"a"}' },
];
const responses = [
  { type: 'response.created', response: { id: 'resp_1', status: 'in_progress', output: [] } },
  { type: 'response.output_text.delta', output_index: 1, content_index: 0, item_id: 'msg_1', delta: 'Reading.' },
  ...output.map((item, output_index) => ({ type: 'response.output_item.done', output_index, item })),
  {
    type: 'response.completed',
    response: {
      id: 'resp_1', object: 'response', model: 'm', status: 'completed', output, error: null, incomplete_details: null,
      usage: { input_tokens: 100, input_tokens_details: { cached_tokens: 60 }, output_tokens: 9, output_tokens_details: { reasoning_tokens: 4 }, total_tokens: 109 },
    },
  },
]; // biome-ignore format: a recording

const chunk = (delta, finish_reason = null) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
});
const chat = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Rea' }),
  chunk({ content: 'ding.' }),
  chunk({
    tool_calls: [
      { index: 0, id: 'call_0', type: 'function', function: { name: 'read', arguments: '{"path":' } },
    ],
  }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '"a"}' } }] }),
  chunk({}, 'tool_calls'),
  {
    ...chunk({}),
    choices: [],
    usage: {
      prompt_tokens: 50,
      completion_tokens: 5,
      total_tokens: 55,
      prompt_tokens_details: { cached_tokens: 20 },
    },
  },
  '[DONE]',
];

export const STREAMS = { anthropic, responses, chat };

/** Errors that come in the middle of a stream, and events of later versions. */
export const STRANGE_EVENTS = [
  { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  { type: 'error', error: null },
  { type: 'error' },
  { error: { message: 'x', code: 'server_error' } },
  { error: 'a text' },
  { type: 'response.failed', response: { error: { code: 'server_error', message: 'x' } } },
  { type: 'response.failed', response: null },
  { type: 'response.incomplete', response: { status: 'incomplete', output: null, incomplete_details: null } },
  { type: 'content_block_start', index: 1e9, content_block: { type: 'text', text: 'far' } },
  { type: 'content_block_start', index: -1, content_block: { type: 'tool_use' } },
  { type: 'content_block_start', index: 'length', content_block: { type: 'text' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'y'.repeat(2_000_000) } },
  { type: 'content_block_delta', index: 99, delta: null },
  { type: 'response.output_item.done', output_index: 4e9, item: { type: 'message' } },
  { type: 'response.output_item.done', output_index: 1e8, item: null },
  { choices: [{ delta: { tool_calls: [{ index: 1e9, function: { name: 'x' } }] } }] },
  { choices: [{ delta: { tool_calls: { index: 0 } } }] },
  { choices: 'none' },
  { type: 'of_tomorrow', index: 1, payload: { x: 1 } },
  null, 1, 'text', [], [[]], {},
]; // biome-ignore format: a list to look over
