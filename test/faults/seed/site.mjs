import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../../dist/client/index.js';
import { HttpServer, toolServer } from '../outside/http-server.mjs';
import { inHand } from './in-hand.mjs';
import { bearing, living } from './processes.mjs';
import { Slot } from './slot.mjs';

/** The reaper gives a group a second between TERM and KILL. */
const REAPED_MS = 6_000;

/** Workers on a queue of their own, their MCP servers, what those note, and a client: all that runs of one schedule need. */
export class Site {
  slots = [];
  acted = [];
  /** What its workers went through. */
  record = {
    kills: [],
    terms: [],
    surprises: [],
    serverPids: () => this.serverPids(),
    inHand: (pid) => inHand(this.app, this.ids, pid),
  };
  /** Of its runs. */
  ids = [];
  /** No call of the client's is under way. */
  calm = false;
  #effectsFile;
  #token;

  constructor(lane, provider, name) {
    this.lane = lane;
    this.provider = provider;
    this.name = name;
    this.dir = join(lane.dir, name);
    this.#effectsFile = join(this.dir, 'effects.jsonl');
    this.#token = `faults-${process.pid}-${name}-${Date.now()}`;
  }

  async open(workers) {
    const { lane, dir } = this;
    mkdirSync(dir, { recursive: true });
    writeFileSync(this.#effectsFile, '');
    const outside = { ...process.env, FAULTS_EFFECTS: this.#effectsFile, FAULTS_TOKEN: this.#token };
    this.http = await new HttpServer(outside, join(dir, 'http.log')).open();
    const env = {
      ...outside,
      FAULTS_SERVER: toolServer,
      FAULTS_HTTP: this.http.url,
      FAULTS_PROVIDER: this.provider.url,
      MCPA_TASK_QUEUE: `faults-${this.name}-${process.pid}`,
      NO_COLOR: '1',
    };
    this.slots = Array.from(
      { length: workers },
      (_, n) => new Slot({ lane, dir, env, record: this.record, n }),
    );
    await Promise.all(this.slots.map((slot) => slot.open()));
    this.app = await connect({
      cwd: lane.project,
      env: { ...env, TEMPORAL_ADDRESS: `127.0.0.1:${lane.port}` },
    });
  }

  async act(action) {
    this.acted.push({ ...action, at: Date.now() });
    if (action.kind === 'engine') await this.lane.restart(action.forMs);
    else if (action.server === 'http') this.http.kill(action.forMs);
    else await this.slots[action.slot].act(action);
  }

  effects() {
    if (!existsSync(this.#effectsFile)) return [];
    const lines = readFileSync(this.#effectsFile, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line));
  }

  serverPids() {
    return this.effects()
      .filter(({ what }) => what === 'start')
      .map(({ pid }) => pid);
  }

  /** Ends the workers as their supervisor would, and gives what they left behind after the time that a reaper takes. */
  async end() {
    await Promise.all(this.slots.map((slot) => slot.close()));
    await this.http.close();
    const { kills, terms } = this.record;
    const trees = [...kills, ...terms].flatMap(({ tree }) => tree);
    const deadline = Date.now() + REAPED_MS;
    for (;;) {
      const left = [...new Set([...living(trees).map(({ pid }) => pid), ...bearing(this.#token)])];
      if (left.length === 0 || Date.now() > deadline) return left;
      await sleep(100);
    }
  }

  /** At once, whatever is under way. */
  async destroy() {
    for (const slot of this.slots) slot.destroy();
    // A call that the SDK makes again throws, out of a timer, on a closed connection.
    if (this.calm) await this.app?.close().catch(() => undefined);
    await this.http?.close();
    for (const slot of this.slots) await slot.close().catch(() => undefined);
  }
}
