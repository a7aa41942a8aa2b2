import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { findEngine, startEngine } from '../../dist/engine/index.js';
import { FaultyModel } from './model.mjs';

const AWAY_MS = 3_000;

/** What both sides share: one engine with a database, one model, one client. */
export class World {
  dir = mkdtempSync(join(tmpdir(), 'mcpa-peer-faults-'));

  note(text) {
    process.stderr.write(`› ${text}\n`);
  }

  async open() {
    this.found = await findEngine({ onProgress: (event) => this.note(event.message) });
    this.engine = await this.#engine(0);
    this.address = this.engine.address;
    this.model = await new FaultyModel().start();
    this.client = new Client({ connection: await Connection.connect({ address: this.address }) });
    return this;
  }

  #engine(port) {
    const dbFile = join(this.dir, 'engine', 'temporal.db');
    return startEngine({ binary: this.found.path, port, dbFile, headless: true });
  }

  /** Dies, is away for a while, and is back on its port and database. */
  async restartEngine() {
    const { port, pid, exited } = this.engine;
    process.kill(pid, 'SIGKILL');
    await exited;
    await sleep(AWAY_MS);
    this.engine = await this.#engine(port);
  }

  async close() {
    await this.client?.connection.close().catch(() => undefined);
    this.model?.close();
    await this.engine?.stop().catch(() => undefined);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
