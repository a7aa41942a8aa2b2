// Two canned replies, and one call of the same MCP server through the MCP SDK itself.
import { echoServer } from '../lib/peers.mjs';

let connecting;
let open;

async function connect() {
  const { Client } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  open = new Client({ name: 'floor', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await open.connect(
    new StdioClientTransport({ command: process.execPath, args: [echoServer], stderr: 'ignore' }),
  );
  return open;
}

export async function plan(input) {
  return { tool: 'echo', arguments: { text: input } };
}

export async function callTool(call) {
  connecting ??= connect();
  const client = await connecting;
  const { content } = await client.callTool({ name: call.tool, arguments: call.arguments });
  return content;
}

export async function answer(content) {
  return content[0].text;
}

export async function close() {
  await open?.close();
}
