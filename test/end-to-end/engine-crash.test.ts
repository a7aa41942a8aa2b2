import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Engine, findEngine, startEngine } from '../../src/engine/index.js';
import { count, effect, slowProject } from './slow-project.js';

const dirs: string[] = [];
const engines: Engine[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

async function engineOn(dbFile: string, port: number): Promise<Engine> {
  const { path } = await findEngine();
  const engine = await startEngine({ binary: path, port, dbFile, headless: true });
  engines.push(engine);
  return engine;
}

const SCRIPT = `
turns:
  - when: { contains: "outcome of this call is unknown" }
    say: I was told.
  - when: { contains: "slow done" }
    say: It ended.
  - tools: [{ tool: slow, args: { ms: 4000 } }]
`;

test('C4: SIGKILL of the engine, restart on the same file: each open run goes on', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'mcpa-crash-'));
  dirs.push(dir);
  const dbFile = join(dir, 'temporal.db');
  const first = await engineOn(dbFile, 0);

  await using project = await slowProject(SCRIPT);
  project.env.TEMPORAL_ADDRESS = first.address;
  const worker = await project.worker();
  // One run in the middle of a tool call, one that waits for a signal.
  const waiting = await project.mcpa(['run', 'SignalledWorkflow', '--id', 'waiting', '--detach']).done;
  expect(waiting.status, waiting.stderr).toBe(0);
  const followed = project.mcpa(['run', 'SlowWorkflow', 'go', '--id', 'slow-1']);
  await effect(project, 'slow started');

  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  await first.stop();
  const second = await engineOn(dbFile, first.port);
  expect(second.address).toBe(first.address);

  const finished = await followed.done;
  expect(finished.status, finished.stderr).toBe(0);
  expect(finished.stdout.trim()).toMatch(/^(It ended|I was told)\.$/);
  expect(count(project.read('effects.log'), 'slow started')).toBe(1);

  const { Connection, Client } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: second.address });
  await new Client({ connection }).workflow.getHandle('waiting').signal('say', 'hello again');
  await connection.close();
  const result = await project.mcpa(['wait', 'waiting']).done;
  expect(result.status, result.stderr).toBe(0);
  expect(result.stdout.trim()).toBe('hello again');
  expect((await worker.stop('SIGTERM')).status, worker.stderr).toBe(0);
});
