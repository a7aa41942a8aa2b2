// The model of every peer, a process of its own: node server.mjs; prints its address. GET /turns/<id> tells how far a run has come.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer } from './answer.mjs';
import * as chat from './chat.mjs';
import * as responses from './responses.mjs';

/** Bytes a token, as in temporalio/sdk-python#1890. */
const BYTES_PER_TOKEN = 4.16;
const turns = new Map();

const server = createServer((request, response) => {
  // A worker that ends in the midst of a request must not end the model with it.
  serve(request, response).catch(() => response.destroy());
});

async function serve(request, response) {
  if (request.method === 'GET') {
    return response.end(String(turns.get(decodeURIComponent(request.url.slice('/turns/'.length))) ?? 0));
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const body = JSON.parse(bytes);
  const api = request.url.endsWith('/responses') ? responses : chat;
  const asked = api.read(body);
  const { id, turns: wanted, delayMs, lastDelayMs } = asked.prompt;
  turns.set(id, asked.results.length);
  const wait = asked.results.length === wanted ? (lastDelayMs ?? delayMs) : delayMs;
  if (wait) await sleep(wait);
  return api.write(response, answer(asked), body, Math.ceil(bytes.length / BYTES_PER_TOKEN));
}

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
