import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../seed/child.mjs';

export const toolServer = resolve(import.meta.dirname, 'tool-server.mjs');

/** The fixture MCP server over HTTP, on one port for good: when it dies, the next one comes, as under a supervisor. */
export class HttpServer {
  #child;
  #closing = false;
  #awayMs = 300;

  constructor(env, logFile) {
    this.env = env;
    this.logFile = logFile;
  }

  async open() {
    await this.#start('0');
    return this;
  }

  kill(awayMs) {
    this.#awayMs = awayMs;
    this.#child.signal('SIGKILL');
  }

  async close() {
    this.#closing = true;
    await this.#child?.end('SIGKILL');
  }

  async #start(port) {
    const child = new Child([toolServer], { env: { ...this.env, FAULTS_PORT: port }, logFile: this.logFile });
    this.#child = child;
    child.done.then(async () => {
      await sleep(this.#awayMs);
      this.#awayMs = 300;
      if (!this.#closing) await this.#start(new URL(this.url).port).catch(() => undefined);
    });
    const [, url] = await child.until(/ready (\S+)\n/);
    this.url = url;
  }
}
