import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../client/index.js';
import { loadConfig } from '../config/index.js';
import { findEngine, startEngine } from '../engine/index.js';
import { createWorker } from '../worker/index.js';
import type { ScriptedModel } from './scripted-model.js';

export interface TestEnvironmentOptions {
  /** The project under test; the working directory otherwise. */
  projectDir?: string;
  /** Answers for the model; the config's own model otherwise. */
  model?: ScriptedModel;
  /** Stand-ins for the project's activities, by name. */
  activities?: object;
  /** host:port of an engine that runs; a fresh local one otherwise. */
  address?: string;
}

export interface TestEnvironment extends AsyncDisposable {
  /** Starts a workflow and waits for its result. */
  run(workflow: string, ...args: unknown[]): Promise<unknown>;
  /** The client's app, for runs that need a handle. */
  app: Awaited<ReturnType<typeof connect>>;
  close(): Promise<void>;
}

/**
 * A real local engine and a worker of the project in this process; only the model is scripted.
 *
 * @example const env = await createTestEnvironment({ model: scriptedModel([{ say: 'done' }]) });
 */
export async function createTestEnvironment(options: TestEnvironmentOptions = {}): Promise<TestEnvironment> {
  const dir = await mkdtemp(join(tmpdir(), 'mcpa-test-'));
  const undo: Array<() => Promise<void>> = [() => rm(dir, { recursive: true, force: true })];
  const close = async () => {
    for (const release of undo.splice(0).reverse()) await release();
  };
  try {
    const address = options.address ?? (await localEngine(dir, undo));
    const taskQueue = `test-${Math.random().toString(36).slice(2, 10)}`;
    const flags = { address, taskQueue };
    const cwd = options.projectDir ?? process.cwd();
    const { config } = await loadConfig({ cwd, flags, require: true });
    if (options.model !== undefined) {
      const script = join(dir, 'script.yaml');
      await writeFile(script, options.model.text);
      config.scripted.script = script;
      config.model = 'scripted';
    }
    const worker = await createWorker({
      config,
      signals: false,
      log: warn,
      ...(options.activities === undefined ? {} : { activities: options.activities }),
    });
    const running = worker.run();
    running.catch(() => undefined);
    undo.push(async () => {
      worker.shutdown();
      await running;
    });
    const app = await connect({ config });
    undo.push(() => app.close());
    return {
      app,
      close,
      run: async (workflow, ...args) => (await app.startWorkflow(workflow, ...args)).result(),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A test's output is its own: of the worker it has what went wrong. */
function warn(level: string, message: string): void {
  if (level === 'warning' || level === 'error') console.warn(message);
}

async function localEngine(dir: string, undo: Array<() => Promise<void>>): Promise<string> {
  const found = await findEngine();
  const engine = await startEngine({
    binary: found.path,
    port: 0,
    headless: true,
    dbFile: join(dir, 'temporal.db'),
  });
  undo.push(() => engine.stop());
  return engine.address;
}
