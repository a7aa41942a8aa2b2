import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer } from '../peers/provider/answer.mjs';
import * as chat from '../peers/provider/chat.mjs';

/** The model of both sides: answers by the conversation, and for once or twice as a run's plan says. */
export class FaultyModel {
  /** Of each run: what its next requests get, in order. */
  plans = new Map();
  /** Requests, as they came. */
  asked = [];

  async start() {
    this.server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}/v1`;
    return this;
  }

  async #serve(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks));
    const read = chat.read(body);
    const { id } = read.prompt;
    this.asked.push({ id, turn: read.results.length, results: read.results, tools: read.tools.length });
    const { delayMs = 0, status, headers = {}, reset } = this.plans.get(id)?.shift() ?? {};
    if (delayMs > 0) await sleep(delayMs);
    if (status !== undefined) {
      const error = { error: { message: `planned ${status}`, type: 'planned', code: null } };
      return response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(error));
    }
    if (!reset) return chat.write(response, answer(read), body, 10);
    const half = body.stream
      ? 'data: {"id":"c","choices":[{"index":0,"delta":{"content":"I'
      : '{"id":"c","choices":[{"in';
    response.writeHead(200, { 'content-type': body.stream ? 'text/event-stream' : 'application/json' });
    return response.write(half, () => setTimeout(() => response.destroy(), 50));
  }

  requestsOf(id) {
    return this.asked.filter((each) => each.id === id);
  }

  /** Requests that a run made more than once. */
  repeated(id) {
    const turns = this.requestsOf(id).map(({ turn }) => turn);
    return turns.length - new Set(turns).size;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
