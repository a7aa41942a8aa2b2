import { readFile } from 'node:fs/promises';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import OpenAI from 'openai';

export type Message = OpenAI.Chat.ChatCompletionMessageParam;
export type ToolCall = OpenAI.Chat.ChatCompletionMessageFunctionToolCall;

const openai = new OpenAI({ maxRetries: 0 });
const connections = new Map<string, Promise<Client>>();

async function connect(server: string): Promise<Client> {
  const servers = JSON.parse(await readFile('servers.json', 'utf8'));
  const client = new Client({ name: 'agents', version: '1.0.0' });
  client.onclose = () => connections.delete(server);
  await client.connect(new StdioClientTransport({ env: process.env, ...servers[server] }));
  return client;
}

function connected(server: string): Promise<Client> {
  const client = connections.get(server) ?? connect(server);
  connections.set(server, client);
  client.catch(() => connections.delete(server));
  return client;
}

async function toolsOf(server: string): Promise<OpenAI.Chat.ChatCompletionTool[]> {
  const { tools } = await (await connected(server)).listTools();
  return tools.map(({ name, description, inputSchema }) => ({
    type: 'function',
    function: { name: `${server}__${name}`, description, parameters: inputSchema },
  }));
}

/** One answer of the model to a conversation. */
export async function askModel(messages: Message[], servers: string[]) {
  const tools = (await Promise.all(servers.map(toolsOf))).flat();
  const { choices } = await openai.chat.completions.create({
    model: process.env.MODEL ?? 'gpt-5.5',
    messages,
    ...(tools.length > 0 && { tools }),
  });
  return choices[0]!.message;
}

/** One tool call of the model's, as the message that answers it. */
export async function callTool({ id, function: called }: ToolCall): Promise<Message> {
  const [server, name] = called.name.split('__') as [string, string];
  const client = await connected(server);
  const { content } = await client.callTool({ name, arguments: JSON.parse(called.arguments) });
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return { role: 'tool', tool_call_id: id, content: text };
}
