import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { anthropicEvents, chatEvents } from './streams.mjs';

const HUGE = 'x'.repeat(200_000);

/**
 * A provider of models on loopback, for both APIs. What it says follows from the conversation alone: the prompt says
 * which calls to make, and which turn goes wrong the first time. It keeps a line for each request.
 */
export class Provider {
  requests = [];
  #asked = new Map();
  #server = createServer((request, response) => {
    response.on('error', () => undefined);
    this.#serve(request, response).catch(() => response.destroy());
  });

  async open() {
    this.#server.keepAliveTimeout = 60_000;
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  /** Requests of a run, in order; they are forgotten here. */
  take(run) {
    const own = this.requests.filter(({ part }) => part.startsWith(`${run}.`));
    this.requests = this.requests.filter(({ part }) => !part.startsWith(`${run}.`));
    for (const { part, turn } of own) this.#asked.delete(`${part}/${turn}`);
    return own;
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming, response) {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks));
    const anthropic = incoming.url.endsWith('/messages');
    const { prompt, results } = anthropic ? readAnthropic(body) : readChat(body);
    const turn = results.length;
    const { ms, fault } = prompt.turns[turn];
    const before = this.#asked.get(`${prompt.part}/${turn}`) ?? 0;
    this.#asked.set(`${prompt.part}/${turn}`, before + 1);
    const request = { part: prompt.part, turn, at: Date.now(), how: 'open' };
    this.requests.push(request);
    response.on('close', () => {
      request.end = Date.now();
      // `cut`: the client went away, which a killed worker does.
      if (request.how === 'open') request.how = response.writableFinished ? 'served' : 'cut';
    });
    await sleep(ms);
    if (response.destroyed) return;
    const said = answer(prompt, results);
    const write = anthropic ? anthropicEvents : chatEvents;
    if (before === 0 && fault && !(await misbehave(fault, request, response, said, write))) return;
    if (before === 0 && fault === 'huge') said.text = HUGE;
    send(response, write(said));
  }
}

/** True: the answer comes all the same. */
async function misbehave(fault, request, response, said, write) {
  if (fault === 'huge') return true;
  if (fault === 'slow') return sleep(2_000).then(() => true);
  request.how = `fault:${fault}`;
  const refuse = (status, type, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ type: 'error', error: { type, message: 'scripted', code: null } }));
  };
  if (fault === 'rate') refuse(429, 'rate_limit_error', { 'retry-after': '1' });
  else if (fault === 'error500') refuse(500, 'api_error');
  else if (fault === 'overloaded') refuse(529, 'overloaded_error');
  else if (fault === 'garbage')
    response.writeHead(200, { 'content-type': 'application/json' }).end('<html>bad gateway</html>');
  else if (fault === 'reset') response.destroy();
  else if (fault === 'half') {
    const whole = write(said).join('');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(whole.slice(0, whole.length >> 1));
    await sleep(20);
    response.destroy();
  }
  // `never`: nothing comes, and the socket stays open until the caller gives up.
  return false;
}

function send(response, events) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(events.join(''));
}

/** The next call, or, when all are made, what came of each. */
function answer({ part, calls }, results) {
  const n = results.length;
  if (n < calls.length) {
    const { server, tool, ...args } = calls[n];
    return {
      text: `call ${n}`,
      call: { id: `call_${part}_${n}`.replaceAll('.', '_'), name: `${server}_${tool}`, args },
    };
  }
  return { text: [part, ...results.map(outcome)].join(' ') };
}

function outcome(text) {
  if (/^[\w.-]+=\w+$/.test(text)) return text;
  if (text.includes('outcome of this call is unknown')) return 'unknown';
  return `other:${encodeURIComponent(text.slice(0, 300))}`;
}

function readAnthropic({ messages }) {
  const parts = messages.flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  );
  return read(
    parts.map((part) =>
      part.type === 'tool_result' ? { result: textOf(part.content) } : { text: part.text ?? '' },
    ),
  );
}

function readChat({ messages }) {
  return read(
    messages.map(({ role, content }) =>
      role === 'tool' ? { result: textOf(content) } : { text: textOf(content ?? '') },
    ),
  );
}

/** The newest prompt, and the results after it. */
function read(parts) {
  const last = parts.findLastIndex(({ text }) => text?.startsWith('{"part"'));
  return {
    prompt: JSON.parse(parts[last].text),
    results: parts.slice(last + 1).flatMap(({ result }) => (result === undefined ? [] : [result])),
  };
}

const textOf = (content) =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('');
