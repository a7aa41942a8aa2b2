import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { findEngine, startEngine } from '../../dist/engine/index.js';
import { Child } from './child.mjs';
import { PEERS } from './peers.mjs';

export const repository = resolve(import.meta.dirname, '../..');
export { mcpaBin } from './peers.mjs';

const GC_HOOK = join(import.meta.dirname, 'gc-hook.mjs');
/** Runs at once: enough for just-in-time compilers, connections and caches; a Python run takes about a second. */
const WARM_UP = { mcpa: 100, floor: 100, naive: 50, 'openai-agents': 2, 'mcp-agent': 2 };
/** Some of mcp-agent's runs never end. */
const PATIENCE_MS = 60_000;

/** One bench session: an engine of its own on a free port, a provider, peers, and every process it must end. */
export class Bench {
  dir = mkdtempSync(join(tmpdir(), 'mcpa-bench-'));
  #children = new Set();
  #engine;
  #provider;
  #client;
  #peers = new Map();

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

  /** The address of the model of all peers. */
  async provider() {
    this.#provider ??= (async () => {
      const child = this.#start([join(repository, 'bench/peers/provider/server.mjs')], {});
      await child.until(/ready \S+\n/);
      return child.output.match(/ready (\S+)/)[1];
    })();
    return `${await this.#provider}/v1`;
  }

  /** Tool results that the model has seen of a run. */
  async turnsOf(id) {
    return Number(await (await fetch(new URL(`/turns/${id}`, await this.provider()))).text());
  }

  async client() {
    this.#client ??= (async () => {
      const { address } = await this.engine();
      // A page of a naive peer's history is larger than gRPC's default of 4 MB.
      const channelArgs = { 'grpc.max_receive_message_length': 2 ** 28 };
      return new Client({ connection: await Connection.connect({ address, channelArgs }) });
    })();
    return this.#client;
  }

  /** A worker of a peer on a queue, not yet ready; undefined where the peer can't be installed. */
  async worker(name, queue, { gc = false, env = {} } = {}) {
    const { address } = await this.engine();
    const command = await PEERS[name].command(this, { address, queue, provider: await this.provider() });
    if (command === undefined) return undefined;
    const { args, file, cwd } = command;
    const flags = file === undefined && gc ? ['--expose-gc', '--import', GC_HOOK] : [];
    return this.#start([...flags, ...args], { file, cwd, env: { ...process.env, ...command.env, ...env } });
  }

  /** Another program of a measure's, ended with the bench. */
  program(args, { cwd, env }) {
    return this.#start(args, { cwd, env: { ...process.env, ...env } });
  }

  /** A peer whose worker polls; undefined where it can't be installed. */
  async start(name, queue, options) {
    const worker = await this.worker(name, queue, options);
    if (worker === undefined) return undefined;
    await worker.until(/ready/);
    return { ...PEERS[name], name, queue, worker };
  }

  /** A peer that is warm, kept for the measures that follow. */
  peer(name) {
    let peer = this.#peers.get(name);
    if (peer === undefined) {
      peer = this.start(name, `bench-${name}`).then(async (started) => {
        if (started) await this.warm(started);
        return started;
      });
      this.#peers.set(name, peer);
    }
    return peer;
  }

  async warm(peer) {
    await this.attempt(peer);
    await Promise.all(Array.from({ length: WARM_UP[peer.name] }, () => this.attempt(peer)));
  }

  #runs = 0;

  /** Starts a run of so many tool calls; `id` names it for the provider too. */
  async begin({ queue }, { type = 'BenchWorkflow', turns = 1, bytes = 0, ...more } = {}) {
    const client = await this.client();
    const id = `${queue}-${++this.#runs}`;
    const prompt = `Go ${JSON.stringify({ id, turns, bytes, ...more })}`;
    const handle = await client.workflow.start(type, { args: [prompt], taskQueue: queue, workflowId: id });
    return { id, handle };
  }

  /** How a run ended: `done` when the model saw every tool result whole, in its place. */
  async ending({ id, handle }) {
    const result = await handle.result();
    const text = typeof result === 'string' ? result : (result?.value ?? '');
    return text.startsWith(`${id} `) ? text.slice(id.length + 1) : text;
  }

  /** One run from start to result; the result is checked, so that nothing is measured that doesn't work. */
  async execute(peer, wishes) {
    const run = await this.begin(peer, wishes);
    const ending = await this.ending(run);
    if (ending !== 'done') throw new Error(`${run.id} ended with ${JSON.stringify(ending)}, not "done"`);
    return run;
  }

  /** One run; whether it was right and in time. What takes longer is ended. */
  async attempt(peer, wishes, patienceMs = PATIENCE_MS) {
    const run = await this.begin(peer, wishes);
    const over = new AbortController();
    const patience = sleep(patienceMs, 'late', { signal: over.signal }).catch(() => undefined);
    const ending = await Promise.race([this.ending(run).catch(() => 'failed'), patience]);
    over.abort();
    if (ending === 'late') await run.handle.terminate('too late for the bench').catch(() => undefined);
    return ending === 'done';
  }

  #start(args, options) {
    if (this.#closing) throw new Error('the bench is being closed');
    const profile =
      this.profileDir && options.file === undefined
        ? ['--cpu-prof', `--cpu-prof-dir=${this.profileDir}`]
        : [];
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
      rmSync(this.dir, { recursive: true, force: true });
      await (await this.#client?.catch(quiet))?.connection.close().catch(quiet);
    })();
    return this.#closing;
  }

  get closing() {
    return this.#closing !== undefined;
  }
}
