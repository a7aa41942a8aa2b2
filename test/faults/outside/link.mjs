import { connect, createServer } from 'node:net';

/** Stands between one worker and the engine, and cuts them off: it refuses and drops, or holds everything back. */
export class Link {
  #port;
  #mode = 'open';
  #pairs = new Set();
  #server = createServer({ pauseOnConnect: true }, (near) => this.#join(near));

  constructor(enginePort) {
    this.#port = enginePort;
  }

  async open() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.address = `127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  cut(how) {
    this.#mode = how;
    for (const pair of this.#pairs) {
      for (const socket of pair) how === 'drop' ? socket.destroy() : socket.pause();
    }
  }

  mend() {
    this.#mode = 'open';
    for (const [near, far] of this.#pairs) {
      near.resume();
      far.resume();
    }
  }

  async close() {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near) {
    if (this.#mode === 'drop') return near.destroy();
    const far = connect(this.#port, '127.0.0.1');
    const pair = [near, far];
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [socket, other] of [pair, [far, near]]) {
      socket.setNoDelay(true);
      socket.on('data', (bytes) => other.write(bytes));
      socket.on('error', end);
      socket.on('close', end);
    }
    if (this.#mode === 'open') near.resume();
  }
}
