// OpenAI's Responses, not streamed: what @temporalio/openai-agents asks for.
import { promptOf, textOf } from './answer.mjs';

export function read({ input, tools = [] }) {
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  return {
    prompt: promptOf(textOf(items.find(({ role }) => role === 'user').content)),
    results: items.filter(({ type }) => type === 'function_call_output').map(({ output }) => textOf(output)),
    tools: tools.map(({ name }) => name),
  };
}

export function write(response, { text, call }, { model }, tokens) {
  const item = call
    ? {
        id: `fc_${call.id}`,
        type: 'function_call',
        status: 'completed',
        call_id: call.id,
        name: call.name,
        arguments: JSON.stringify(call.arguments),
      }
    : {
        id: 'msg',
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text, annotations: [] }],
      };
  const usage = {
    input_tokens: tokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 10,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: tokens + 10,
  };
  const about = { id: 'resp', object: 'response', created_at: 0, status: 'completed', model, error: null };
  const rest = { parallel_tool_calls: false, tool_choice: 'auto', tools: [], incomplete_details: null };
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ ...about, ...rest, output: [item], usage }));
}
