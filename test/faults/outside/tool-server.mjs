#!/usr/bin/env node
// A raw MCP server over stdio or (FAULTS_PORT, prints its URL) HTTP that notes what it does in FAULTS_EFFECTS, one line of JSON
// each: `start`, and for a call `seen`, `effect`, `answered`. The call says what goes wrong the first time it is seen.
// Without an SDK: it starts in a moment, and misbehaves freely.
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const { FAULTS_EFFECTS, FAULTS_PORT } = process.env;
const { pid, ppid } = process;

function note(what, more = {}) {
  appendFileSync(FAULTS_EFFECTS, `${JSON.stringify({ at: Date.now(), what, pid, ppid, ...more })}\n`);
}

function seenBefore(key) {
  const lines = readFileSync(FAULTS_EFFECTS, 'utf8').split('\n');
  return lines.some((line) => line.includes('"what":"seen"') && line.includes(`"key":"${key}"`));
}

const inputSchema = { type: 'object' };
const tools = [
  { name: 'once', description: 'Must not be repeated', inputSchema },
  { name: 'again', description: 'May be repeated', inputSchema, annotations: { idempotentHint: true } },
];

/** What is sent; `undefined`: nothing. `garbage` and `reset` are the transport's to do. */
async function answer({ id, method, params }) {
  const result = (value) => ({ message: { jsonrpc: '2.0', id, result: value } });
  if (id === undefined) return undefined;
  if (method === 'initialize') {
    const { protocolVersion } = params;
    return result({
      protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'faults', version: '1' },
    });
  }
  if (method === 'tools/list') return result({ tools });
  if (method === 'ping') return result({});
  if (method !== 'tools/call')
    return { message: { jsonrpc: '2.0', id, error: { code: -32601, message: 'no such method' } } };

  const {
    name: tool,
    arguments: { key, ms, fault },
    _meta,
  } = params;
  const about = { key, tool, idem: _meta?.['mcpa/idempotencyKey'] };
  const wrong = fault && !seenBefore(key) ? fault : undefined;
  note('seen', about);
  if (wrong === 'die_before') process.kill(pid, 'SIGKILL');
  await sleep(ms / 2);
  const nonce = randomBytes(4).toString('hex');
  note('effect', { ...about, nonce });
  await sleep(ms / 2);
  if (wrong === 'die_after') process.kill(pid, 'SIGKILL');
  if (wrong === 'never') return undefined;
  note('answered', about);
  return { ...result({ content: [{ type: 'text', text: `${key}=${nonce}` }] }), wrong };
}

note('start');
if (FAULTS_PORT === undefined) {
  createInterface({ input: process.stdin }).on('line', async (line) => {
    const said = await answer(JSON.parse(line));
    if (said === undefined) return;
    if (said.wrong === 'noise') process.stdout.write('this is no message\n{"nor":"this"}\n');
    if (said.wrong === 'reset') process.exit(1);
    process.stdout.write(`${JSON.stringify(said.message)}\n`);
  });
} else {
  const http = createServer(async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    let body = '';
    for await (const chunk of request) body += chunk;
    const message = JSON.parse(body);
    if (message.id === undefined) return response.writeHead(202).end();
    const said = await answer(message);
    if (said === undefined) return;
    if (said.wrong === 'reset') return response.destroy();
    if (said.wrong === 'noise')
      return response.writeHead(502, { 'content-type': 'text/html' }).end('<html>bad gateway</html>');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said.message));
  });
  http.listen(Number(FAULTS_PORT), '127.0.0.1', () =>
    console.log(`ready http://127.0.0.1:${http.address().port}/mcp`),
  );
}
