import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findEngine, startEngine } from '../../../dist/engine/index.js';

const PROJECT = resolve(import.meta.dirname, '../project');

/** The folder of one command: a project that all workers share, so that its bundle is made once, and what lanes leave. */
export class Ground {
  dir = mkdtempSync(join(tmpdir(), 'mcpa-faults-'));
  project = join(this.dir, 'project');
  /** Whether the bundle is there: `first` settles when a first worker is ready. */
  warm = {};

  constructor() {
    cpSync(PROJECT, this.project, { recursive: true });
  }

  remove() {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** An engine of its own, on which seeds run one after the other. */
export class Lane {
  /** Settles when the engine is there again. */
  up = Promise.resolve();
  #engine;
  #closed = false;

  constructor(ground, n) {
    this.project = ground.project;
    this.warm = ground.warm;
    this.dir = join(ground.dir, `lane-${n}`);
  }

  async open() {
    mkdirSync(join(this.dir, 'engine'), { recursive: true });
    this.#engine = await this.#start(0);
    this.port = this.#engine.port;
    return this;
  }

  get enginePid() {
    return this.#engine.pid;
  }

  /** Kills the engine and starts it again on the same file. */
  restart(awayMs) {
    this.up = this.up.then(async () => {
      const engine = this.#engine;
      process.kill(engine.pid, 'SIGKILL');
      await engine.exited;
      await engine.stop();
      await sleep(awayMs);
      if (!this.#closed) this.#engine = await this.#start(this.port);
    });
    return this.up;
  }

  async close() {
    this.#closed = true;
    await this.up.catch(() => undefined);
    await this.#engine?.stop();
  }

  async #start(port) {
    const { path } = await findEngine();
    return startEngine({
      binary: path,
      port,
      dbFile: join(this.dir, 'engine', 'temporal.db'),
      headless: true,
    });
  }
}
