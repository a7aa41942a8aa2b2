import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Link } from '../outside/link.mjs';
import { Child } from './child.mjs';
import { descendants } from './processes.mjs';

const bin = resolve(import.meta.dirname, '../../../bin/mcpa.js');
/** mcpa's grace time, its own limit after it, and room for a busy machine. */
const TERM_LIMIT_MS = 40_000;

/** The place of one worker: it has a way of its own to the engine, and after each worker that goes there comes the next. */
export class Slot {
  worker;
  #queue = Promise.resolve();
  #closing = false;
  #ready = Promise.resolve();

  constructor({ lane, dir, env, record, n }) {
    this.lane = lane;
    this.dir = dir;
    this.env = env;
    this.record = record;
    this.n = n;
    this.starts = 0;
  }

  async open() {
    this.link = await new Link(this.lane.port).open();
    this.env = { ...this.env, TEMPORAL_ADDRESS: this.link.address };
    await this.#start();
  }

  /** One thing after the other in each slot, in the order of the schedule. */
  act(action) {
    this.#queue = this.#queue.then(() => this[action.kind](action));
    return this.#queue;
  }

  async kill({ forMs }) {
    const { worker } = this;
    const tree = descendants(worker.pid);
    const at = Date.now();
    worker.expected = true;
    await worker.end('SIGKILL');
    this.record.kills.push({ at, pid: worker.pid, tree, held: await this.record.inHand(worker.pid) });
    await sleep(forMs);
    await this.#start();
  }

  /** The next worker comes before this one has gone, as in a rolling restart. */
  async term() {
    const { worker } = this;
    await Promise.all([this.#term(worker), this.#start()]);
  }

  async stop({ forMs }) {
    this.worker.signal('SIGSTOP');
    await sleep(forMs);
    this.worker.signal('SIGCONT');
  }

  async partition({ how, forMs }) {
    this.link.cut(how);
    await sleep(forMs);
    this.link.mend();
  }

  /** Kills the newest MCP server of this worker; its own child processes are what its effects file names. */
  async server() {
    const own = descendants(this.worker.pid).map(({ pid }) => pid);
    const victim = this.record.serverPids().findLast((pid) => own.includes(pid));
    if (victim !== undefined) process.kill(victim, 'SIGKILL');
  }

  async close() {
    this.#closing = true;
    await this.#queue.catch(() => undefined);
    await this.#ready.catch(() => undefined);
    if (this.worker && !this.worker.ended) await this.#term(this.worker);
    await this.link?.close();
  }

  /** At once, whatever is under way. */
  destroy() {
    this.#closing = true;
    this.worker?.signal('SIGKILL');
  }

  async #term(worker) {
    const tree = descendants(worker.pid);
    const at = Date.now();
    worker.expected = true;
    const late = setTimeout(() => worker.signal('SIGKILL'), TERM_LIMIT_MS);
    const { status, signal } = await worker.end('SIGTERM');
    clearTimeout(late);
    this.record.terms.push({ status: status ?? signal, tookMs: Date.now() - at, tree, log: worker.logFile });
  }

  /** What can't start since the engine is away at that moment is started again, as a supervisor does. */
  async #start() {
    for (let attempt = 1; !this.#closing; attempt++) {
      await this.lane.up;
      // The first one makes the bundle for all.
      await this.lane.warm.first?.catch(() => undefined);
      const logFile = join(this.dir, `worker-${this.n}-${++this.starts}.log`);
      const worker = new Child([bin, 'worker'], { cwd: this.lane.project, env: this.env, logFile });
      worker.logFile = logFile;
      this.worker = worker;
      worker.done.then(({ status, signal }) => {
        if (!worker.expected)
          this.record.surprises.push(`a worker ended by itself: ${status ?? signal} (${logFile})`);
      });
      worker.expected = true;
      this.#ready = worker.until(/ready/i);
      this.lane.warm.first ??= this.#ready;
      const ready = await this.#ready.then(
        () => true,
        () => false,
      );
      worker.expected = false;
      if (ready) return;
      worker.expected = true;
      if (attempt === 8) throw new Error(`a worker doesn't start: ${worker.output.slice(-1_000)}`);
      await sleep(300);
    }
  }
}
