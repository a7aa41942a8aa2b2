import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, findEngine, startEngine } from '../../src/engine/index.js';

/** Engines of one test's own, to be killed and started again on the same file. */
export class Engines implements AsyncDisposable {
  readonly #dir = mkdtempSync(join(tmpdir(), 'mcpa-engines-'));
  readonly #started: Engine[] = [];

  async start(port: number): Promise<Engine> {
    const { path } = await findEngine();
    const dbFile = join(this.#dir, 'temporal.db');
    const engine = await startEngine({ binary: path, port, dbFile, headless: true });
    this.#started.push(engine);
    return engine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const engine of this.#started) await engine.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
