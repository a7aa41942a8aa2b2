// OpenAI's Chat Completions, whole or streamed.
import { promptOf, textOf } from './answer.mjs';

export function read({ messages, tools = [] }) {
  return {
    prompt: promptOf(textOf(messages.find(({ role }) => role === 'user').content)),
    results: messages.filter(({ role }) => role === 'tool').map(({ content }) => textOf(content)),
    tools: tools.map((tool) => tool.function.name),
  };
}

export function write(response, { text, call }, { model, stream }, tokens) {
  const usage = { prompt_tokens: tokens, completion_tokens: 10, total_tokens: tokens + 10 };
  const about = { id: 'chat', created: 0, model };
  const calls = call && [
    {
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: JSON.stringify(call.arguments) },
    },
  ];
  const message = { role: 'assistant', content: text ?? null, ...(calls && { tool_calls: calls }) };
  const finish_reason = calls ? 'tool_calls' : 'stop';
  if (!stream) {
    const choices = [{ index: 0, message, finish_reason, logprobs: null }];
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ ...about, object: 'chat.completion', choices, usage }));
  }
  const delta = calls ? { ...message, tool_calls: calls.map((each) => ({ index: 0, ...each })) } : message;
  const chunk = (more) => ({ ...about, object: 'chat.completion.chunk', ...more });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const events = [
    chunk({ choices: [{ index: 0, delta, finish_reason: null }] }),
    chunk({ choices: [{ index: 0, delta: {}, finish_reason }] }),
    chunk({ choices: [], usage }),
  ];
  return response.end(
    `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`,
  );
}
