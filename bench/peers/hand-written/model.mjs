// The model through the provider's own SDK.
import { offered } from './tools.mjs';

let loading;

async function load() {
  const { OpenAI } = await import('openai');
  return new OpenAI({ apiKey: 'none', baseURL: process.env.BENCH_PROVIDER, maxRetries: 0 });
}

const SYSTEM = { role: 'system', content: 'Use the tool when asked.' };

/** The model's answer to a conversation, as the message to append. */
export async function askModel(messages) {
  loading ??= load();
  const client = await loading;
  const tools = await offered();
  const { choices } = await client.chat.completions.create({
    model: 'bench',
    messages: [SYSTEM, ...messages],
    tools,
  });
  const { content, tool_calls } = choices[0].message;
  return { role: 'assistant', content, ...(tool_calls?.length && { tool_calls }) };
}
