// Whole answers of a model as server-sent events, as the two APIs give them.

export function anthropicEvents({ text, call }) {
  const usage = { input_tokens: 10, output_tokens: 5 };
  const message = {
    id: 'msg',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  const blocks = [];
  if (text)
    blocks.push([
      { type: 'text', text: '' },
      { type: 'text_delta', text },
    ]);
  if (call) {
    const { id, name, args } = call;
    blocks.push([
      { type: 'tool_use', id, name, input: {} },
      { type: 'input_json_delta', partial_json: JSON.stringify(args) },
    ]);
  }
  return [
    { type: 'message_start', message },
    ...blocks.flatMap(([content_block, delta], index) => [
      { type: 'content_block_start', index, content_block },
      { type: 'content_block_delta', index, delta },
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: 5 },
    },
    { type: 'message_stop' },
  ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

export function chatEvents({ text, call }) {
  const about = { id: 'chat', object: 'chat.completion.chunk', created: 0, model: 'm' };
  const chunk = (delta, finish_reason = null) => ({
    ...about,
    choices: [{ index: 0, delta, finish_reason }],
  });
  const tool_calls = call && [
    {
      index: 0,
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: JSON.stringify(call.args) },
    },
  ];
  return [
    chunk({ role: 'assistant', content: text ?? '' }),
    ...(call ? [chunk({ tool_calls })] : []),
    chunk({}, call ? 'tool_calls' : 'stop'),
    { ...about, choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } },
  ]
    .map((event) => `data: ${JSON.stringify(event)}\n\n`)
    .concat('data: [DONE]\n\n');
}
