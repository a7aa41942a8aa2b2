import { createServer } from 'node:http';
import { createModels, ERROR_CLASSES, isModelError } from '../../../dist/worker/llm/index.js';
import { mutateBytes } from '../mutate-text.mjs';
import { mutateValue, oddValue } from '../mutate-value.mjs';
import { STRANGE_EVENTS, STREAMS } from './streams.mjs';

/** Much longer than the silence that ends a call, on a busy machine too. */
const SLOWEST_MS = 60_000;
const IDLE_MS = 250;
const STOPS = ['end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'refusal'];

/** Streams of providers, through the SDKs: always an answer, or a `ModelError` with a class. */
export async function open() {
  let reply;
  const server = createServer((request, response) => {
    request.resume().on('end', () => reply(response));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const models = Object.fromEntries(
    Object.keys(STREAMS).map((api) => {
      const config = {
        projectDir: '/nowhere', scripted: {}, prices: {},
        anthropic: { api_key: 'key', base_url: url },
        openai: { api_key: 'key', base_url: `${url}/v1`, api: api === 'anthropic' ? 'chat' : api },
      }; // biome-ignore format: one config for all
      const provider = api === 'anthropic' ? 'anthropic' : 'openai';
      return [api, createModels(config, { idleTimeoutMs: IDLE_MS }).resolve(`${provider}:m`).model];
    }),
  );

  async function one(random) {
    const api = random.pick(Object.keys(STREAMS));
    const bytes = streamOf(STREAMS[api], random);
    const how = random.below(40);
    const status = random.chance(0.05)
      ? random.pick([200, 204, 302, 400, 401, 404, 408, 418, 429, 500, 529, 599])
      : 200;
    const headers = {
      'content-type': random.chance(0.05)
        ? random.pick(['text/html', 'application/json', '', 'text/event-stream; charset=utf-16'])
        : 'text/event-stream',
      ...(random.chance(0.05) && {
        'retry-after': random.pick([
          '-1',
          '1e9',
          'soon',
          '0',
          'Wed, 21 Oct 2015 07:28:00 GMT',
          '99999999999999999999',
        ]),
      }),
      ...(random.chance(0.03) && { 'content-encoding': random.pick(['gzip', 'br', 'nonsense']) }),
      ...(random.chance(0.03) && { 'content-length': String(bytes.length + random.pick([-5, 5])) }),
    };
    reply = (response) => {
      response.writeHead(status, headers);
      send(response, bytes, how, random);
    };
    const request = {
      model: 'm',
      instruction: 'x',
      items: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
      tools: [{ name: 'read', inputSchema: { type: 'object' } }],
      params: {},
      agent: 'a',
      turn: 1,
    };
    let odd;
    const onText = (text) => {
      if (typeof text !== 'string') odd = `a delta that is no text: ${JSON.stringify(text)}`;
    };
    const late = new Promise((_, reject) =>
      setTimeout(reject, SLOWEST_MS, new Error('no answer and no error')).unref(),
    );
    const outcome = await Promise.race([ask(models[api], request, onText), late]);
    server.closeAllConnections();
    if (odd !== undefined) throw new Error(odd);
    return `${api}: ${outcome}`;
  }
  return {
    one,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function ask(model, request, onText) {
  let answer;
  try {
    answer = await model.generate(request, { signal: new AbortController().signal, onText, onAlive() {} });
  } catch (error) {
    if (!isModelError(error) || !(error.class in ERROR_CLASSES)) throw error;
    if (error.retryAfterMs !== undefined && !(error.retryAfterMs >= 0))
      throw new Error(`waits ${error.retryAfterMs} ms`);
    return error.class;
  }
  checkAnswer(answer);
  return 'an answer';
}

/** What goes into history and to the next model call. */
function checkAnswer({ content, stopReason, model, usage }) {
  const bad = (what) => {
    throw new Error(`an answer with ${what}`);
  };
  const text = (value) => typeof value === 'string';
  if (!STOPS.includes(stopReason)) bad(`stopReason ${stopReason}`);
  if (!text(model) || !/^(anthropic|openai):/.test(model)) bad(`model ${JSON.stringify(model)}`);
  for (const [name, count] of Object.entries(usage))
    if (!Number.isFinite(count) || count < 0) bad(`usage.${name} ${JSON.stringify(count)}`);
  if (!Array.isArray(content)) bad('no content');
  const ids = new Set();
  for (const part of content) {
    if (part.type === 'text' && !text(part.text)) bad(`text ${JSON.stringify(part.text)}`);
    if (part.type !== 'tool_call') continue;
    const { id, name, arguments: args } = part;
    if (!text(id) || id === '') bad(`tool call id ${JSON.stringify(id)}`);
    if (ids.has(id)) bad('two tool calls of one id');
    ids.add(id);
    if (!text(name)) bad(`tool name ${JSON.stringify(name)}`);
    if (typeof args !== 'object' || args === null || Array.isArray(args)) bad('arguments that are no object');
  }
  JSON.stringify(content);
}

function streamOf(recorded, random) {
  const events = structuredClone(recorded);
  for (let n = random.below(4); n > 0; n--) changeEvents(events, random);
  const chunks = events.map((event) => Buffer.from(frame(event, random)));
  if (random.chance(0.15)) return mutateBytes(Buffer.concat(chunks), random);
  return Buffer.concat(chunks);
}

function changeEvents(events, random) {
  const at = random.below(events.length);
  switch (random.below(9)) {
    case 0:
      events.splice(at, 1);
      break;
    case 1:
      events.splice(at, 0, structuredClone(random.pick(events)));
      break;
    case 2: {
      const other = random.below(events.length);
      [events[at], events[other]] = [events[other], events[at]];
      break;
    }
    case 3:
      events.splice(at, 0, structuredClone(random.pick(STRANGE_EVENTS)));
      break;
    case 4:
      events.length = at + 1;
      break;
    case 5:
      events[at] = oddValue(random);
      break;
    default:
      events[at] = mutateValue(events[at], random, 2);
  }
  if (events.length === 0) events.push({});
}

function frame(event, random) {
  if (event === '[DONE]') return 'data: [DONE]\n\n';
  let json = JSON.stringify(event) ?? 'undefined';
  if (random.chance(0.02)) json = json.slice(0, random.below(json.length + 1));
  const name = typeof event?.type === 'string' ? event.type.replaceAll(/[\r\n]/g, ' ') : undefined;
  const head =
    name === undefined || random.chance(0.03) ? '' : `event: ${random.chance(0.02) ? 'ping' : name}\n`;
  if (random.chance(0.02))
    return random.pick([
      ': a comment\n\n',
      'data:\n\n',
      'id: 1\nretry: 5\n\n',
      'event: error\ndata: {}\n\n',
      'data: [DONE]\n\n',
      '\n\n\n',
      `${json}\n`,
    ]);
  return `${head}data: ${json}${random.chance(0.01) ? '\n' : random.chance(0.05) ? '\r\n\r\n' : '\n\n'}`;
}

/** All at once, in pieces that cut characters, cut off, or without an end. */
function send(response, bytes, how, random) {
  if (how === 0) return response.write(bytes);
  if (how === 1)
    return response.write(bytes.subarray(0, random.below(bytes.length)), () => response.destroy());
  if (how === 2) return response.end(bytes.subarray(0, random.below(bytes.length)));
  if (how === 3) return response.destroy();
  const cut = random.below(bytes.length);
  response.write(bytes.subarray(0, cut));
  response.end(bytes.subarray(cut));
}
