#!/usr/bin/env node
// The MCP server of both sides: node tool-server.mjs <folder>. Its tool does something outside (a line in `effects`)
// and then answers, or does for once what a file named after the run says: slow <ms>, die, garbage, mute. That a call was cancelled is noted in `cancelled`.
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = process.argv[2];
const TOOL = {
  name: 'echo',
  description: 'Does it, and says it again.',
  inputSchema: {
    type: 'object',
    properties: { text: { type: 'string' }, bytes: { type: 'integer' } },
    required: ['text'],
  },
};

function told(run) {
  const file = join(folder, `misbehave-${run}`);
  try {
    const text = readFileSync(file, 'utf8').trim();
    rmSync(file);
    return text.split(' ');
  } catch {
    return [];
  }
}

async function call({ arguments: { text } }) {
  appendFileSync(join(folder, 'effects'), `${text}\n`);
  const [how, ms] = told(text.split('.')[0]);
  if (how === 'die') process.exit(3);
  if (how === 'mute') return new Promise(() => {});
  if (how === 'garbage') {
    process.stdout.write('<html>502 Bad Gateway</html>\n{"jsonrpc": "2.0", "id": \n');
    return new Promise(() => {});
  }
  if (how === 'slow') await sleep(Number(ms));
  return { content: [{ type: 'text', text }] };
}

const METHODS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'echo', version: '1' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [TOOL] }),
  'tools/call': call,
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'notifications/cancelled') appendFileSync(join(folder, 'cancelled'), line);
  if (id === undefined) return;
  const known = METHODS[method];
  const answer = known
    ? { result: await known(params ?? {}) }
    : { error: { code: -32601, message: `unknown method ${method}` } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`);
});
