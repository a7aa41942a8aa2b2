import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { findEngine, startEngine } from '../../dist/engine/index.js';
import { Child } from './child.mjs';
import { floorBundle, writeProject } from './peers.mjs';

export const repository = resolve(import.meta.dirname, '../..');
export const mcpaBin = join(repository, 'bin/mcpa.js');

/** One bench session: an engine of its own on a free port, two peers, and every process it must end. */
export class Bench {
  dir = mkdtempSync(join(tmpdir(), 'mcpa-bench-'));
  #children = new Set();
  #engine;
  #client;
  #floor;
  #workers;

  constructor({ rounds, profileDir }) {
    this.rounds = rounds;
    this.profileDir = profileDir;
  }

  note(text) {
    process.stderr.write(`› ${text}\n`);
  }

  load() {
    return loadavg()[0].toFixed(1);
  }

  /** The engine's version once one was needed. */
  engineVersion;

  async engine() {
    this.#engine ??= (async () => {
      const found = await findEngine({ onProgress: (event) => this.note(event.message) });
      this.engineVersion = found.version;
      const dbFile = join(this.dir, 'engine', 'temporal.db');
      return startEngine({ binary: found.path, port: 0, dbFile, headless: true });
    })();
    return this.#engine;
  }

  async client() {
    this.#client ??= (async () => {
      const { address } = await this.engine();
      return new Client({ connection: await Connection.connect({ address }) });
    })();
    return this.#client;
  }

  /** `mcpa worker` in a project whose bundle is cached after the first start. */
  async mcpaWorker(queue) {
    const { address } = await this.engine();
    const project = writeProject(join(this.dir, 'project'));
    const env = { ...process.env, TEMPORAL_ADDRESS: address, MCPA_TASK_QUEUE: queue, NO_COLOR: '1' };
    return this.#start([mcpaBin, 'worker'], { cwd: project, env });
  }

  /** The hand-written worker with its prebuilt bundle. */
  async floorWorker(queue) {
    const { address } = await this.engine();
    this.#floor ??= floorBundle(join(this.dir, 'floor-bundle.js'));
    const bundle = await this.#floor;
    const script = join(repository, 'bench/peers/floor-worker.mjs');
    return this.#start([script, address, queue, bundle], { cwd: this.dir });
  }

  /** Both workers, polling and warm; kept for the measures that follow. */
  workers() {
    this.#workers ??= (async () => {
      const ours = { type: 'EchoWorkflow', queue: 'bench-mcpa', worker: await this.mcpaWorker('bench-mcpa') };
      const theirs = {
        type: 'FloorWorkflow',
        queue: 'bench-floor',
        worker: await this.floorWorker('bench-floor'),
      };
      for (const peer of [ours, theirs]) {
        await peer.worker.until(/ready/);
        await Promise.all(Array.from({ length: 100 }, () => this.execute(peer)));
      }
      return { ours, theirs };
    })();
    return this.#workers;
  }

  #runs = 0;

  /** One run from start to result; the result is checked, so that nothing is measured that doesn't work. */
  async execute({ type, queue }) {
    const client = await this.client();
    const n = ++this.#runs;
    const said = `item ${n}`;
    const options = { args: [said], taskQueue: queue, workflowId: `${queue}-${n}` };
    const result = await client.workflow.execute(type, options);
    if (result !== said) throw new Error(`${type} answered ${JSON.stringify(result)}, not "${said}"`);
  }

  #start(args, options) {
    if (this.#closing) throw new Error('the bench is being closed');
    const profile = this.profileDir ? ['--cpu-prof', `--cpu-prof-dir=${this.profileDir}`] : [];
    const child = new Child([...profile, ...args], options);
    this.#children.add(child);
    child.done.then(() => this.#children.delete(child));
    return child;
  }

  #closing;

  /**
   * Ends everything that was started; what fails to end doesn't keep the rest. The client comes last: its retries of
   * runs that were interrupted throw, out of a timer, on a closed connection, unless the process ends at once.
   */
  close() {
    this.#closing ??= (async () => {
      const quiet = () => undefined;
      await Promise.all([...this.#children].map((child) => child.stop()));
      await (await this.#engine?.catch(quiet))?.stop().catch(quiet);
      await this.#floor?.catch(quiet);
      rmSync(this.dir, { recursive: true, force: true });
      await (await this.#client?.catch(quiet))?.connection.close().catch(quiet);
    })();
    return this.#closing;
  }

  get closing() {
    return this.#closing !== undefined;
  }
}
