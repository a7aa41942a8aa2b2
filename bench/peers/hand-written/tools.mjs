// The MCP server through the MCP SDK itself, one connection for the worker's life.
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../echo-server.mjs', import.meta.url));
let connecting;
let listing;

async function connect() {
  const { Client } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const client = new Client({ name: 'bench', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [SERVER], stderr: 'ignore' }),
  );
  return client;
}

/** The tools as a model wants them, asked for once. */
export function offered() {
  connecting ??= connect();
  listing ??= connecting
    .then((client) => client.listTools())
    .then(({ tools }) =>
      tools.map(({ name, description, inputSchema }) => ({
        type: 'function',
        function: { name, description, parameters: inputSchema },
      })),
    );
  return listing;
}

/** One call of the model's, as the message that answers it. */
export async function runTool(call) {
  connecting ??= connect();
  const client = await connecting;
  const { name, arguments: json } = call.function;
  const { content } = await client.callTool({ name, arguments: JSON.parse(json) });
  return { role: 'tool', tool_call_id: call.id, content: content.map(({ text }) => text).join('') };
}

export async function closeTools() {
  await (await connecting)?.close();
}
