#!/usr/bin/env node
// The MCP server of every peer: one tool, no dependencies, so that a peer that starts it anew for each call pays little.
import { createInterface } from 'node:readline';

/** Prose with a line end now and then: what a tool result looks like in JSON. */
const PROSE =
  'The quick brown fox jumps over the lazy dog, and the dog says "again" before it sleeps until noon.\n';

const ECHO = {
  name: 'echo',
  description: 'Says it again, with as many bytes as asked for.',
  inputSchema: {
    type: 'object',
    properties: { text: { type: 'string' }, bytes: { type: 'integer' } },
    required: ['text', 'bytes'],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true },
};

function echo({ text, bytes }) {
  const more = Math.max(0, bytes - text.length);
  return {
    content: [{ type: 'text', text: text + PROSE.repeat(Math.ceil(more / PROSE.length)).slice(0, more) }],
  };
}

const METHODS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'echo', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [ECHO] }),
  'tools/call': ({ arguments: given }) => echo(given),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const known = METHODS[method];
  const answer = known
    ? { result: known(params ?? {}) }
    : { error: { code: -32601, message: `unknown method ${method}` } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`);
}
