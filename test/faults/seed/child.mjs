import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** However the harness ends, these end with it. */
const alive = new Set();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** One process of the harness, with its output and its end; it is ended by its id, and never by a name. */
export class Child {
  output = '';
  /** `{status, signal, at}` once it has ended. */
  ended;
  #watchers = new Set();

  constructor(args, { logFile, ...options }) {
    this.process = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    this.pid = this.process.pid;
    alive.add(this.process);
    const tell = () => {
      for (const watch of this.#watchers) watch();
    };
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        // The log has all; here only what is waited for.
        if (this.output.length < 100_000) this.output += text;
        if (logFile) appendFileSync(logFile, text);
        tell();
      });
    }
    this.done = new Promise((resolve) => {
      this.process.on('exit', (status, signal) => {
        this.ended = { status, signal, at: Date.now() };
        alive.delete(this.process);
        tell();
        resolve(this.ended);
      });
    });
  }

  /** Resolves with the match; rejects when the process ends without it. */
  until(pattern) {
    return new Promise((resolve, reject) => {
      const watch = () => {
        const match = pattern.exec(this.output);
        if (match) resolve(match);
        else if (this.ended) reject(new Error(`ended without ${pattern}: ${this.output.slice(-2_000)}`));
        else return;
        this.#watchers.delete(watch);
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  signal(signal) {
    if (!this.ended) this.process.kill(signal);
  }

  end(signal) {
    this.signal(signal);
    return this.done;
  }
}
