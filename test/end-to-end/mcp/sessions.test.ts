import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
import { isAlive } from '../../worker/mcp/servers.js';
import { hostRuns } from '../host/host-runs.js';
import type { Command, Project } from '../project.js';
import { replay } from '../replay.js';
import { counterProject, logged, workerOf } from './project.js';

let project: Project;
let app: App;
const workers: Command[] = [];

beforeAll(async () => {
  project = await counterProject();
  workers.push(...(await Promise.all([project.worker(), project.worker()])));
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

type Counted = { totals: string[]; who: string; resource: string };

test('state lasts over the calls of all agents of a run, on two workers; two runs share nothing', async () => {
  const runs = await Promise.all([1, 2, 3].map(() => app.startWorkflow('CountWorkflow')));
  const results = (await Promise.all(runs.map((run) => run.result()))) as Counted[];
  for (const { totals, resource } of results) {
    expect(totals).toEqual(['1', '2', '3', '4', '5', '7']);
    expect(resource).toBe('7');
  }
  const pids = results.map(({ who }) => Number(who));
  expect(new Set(pids).size).toBe(3);
  // The end of a run closes its session.
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  await replay(project, runs[0]!.workflowId);
});

test('a worker dies: the model reads of the loss, the other agent too, then a new session begins', async () => {
  const run = await app.startWorkflow('LossWorkflow');
  const before = logged(project, 'count').length;
  await expect.poll(() => logged(project, 'count').length, { timeout: 30_000 }).toBe(before + 2);
  const pid = Number(logged(project, 'count').at(-1)?.split(' ')[1]);
  const worker = workerOf(pid, workers);
  await worker.stop('SIGKILL');
  workers.splice(workers.indexOf(worker), 1);
  await expect.poll(() => isAlive(pid)).toBe(false);
  await run.signal('go');
  const { first, told, other, after, code } = (await run.result()) as Record<string, string>;
  expect(first).toBe('1');
  expect(told).toMatch(
    /^told: the run's session with MCP server counter is lost.*its worker is gone; this call was not made/,
  );
  expect(other).toMatch(/^told: .*is lost.*another call of this run found it gone; this call was not made/);
  expect(after).toBe('1');
  expect(code).toMatch(/^mcpa.SessionLost: .*the outcome of this call is unknown/);
  await replay(project, run.workflowId);
  workers.push(await project.worker());
}, 120_000);

test('a loss that nobody catches fails the run, with its type', async () => {
  const run = await app.startWorkflow('UncaughtWorkflow');
  await expect(run.result()).rejects.toMatchObject({
    code: 'RUN_FAILED',
    message: expect.stringContaining('is lost'),
  });
});

test('a session goes on over continueAsNew, and over the move of an agent to a run of its own', async () => {
  const [chain, long] = await Promise.all([
    app.startWorkflow('ChainWorkflow'),
    app.startWorkflow('LongWorkflow'),
  ]);
  expect(await chain.result()).toBe('3');
  expect(await long.result()).toBe('counted 116, 116');
  expect((await hostRuns(app, long.workflowId)).length).toBeGreaterThan(0);
  await replay(project, long.workflowId);
});

test('a run that is terminated, and a worker that is shut down, leave no server behind', async () => {
  const runs = await Promise.all([1, 2].map(() => app.startWorkflow('HoldingWorkflow')));
  const started = () =>
    logged(project, 'count')
      .slice(-2)
      .map((line) => Number(line.split(' ')[1]));
  await expect.poll(() => new Set(started().filter(isAlive)).size).toBe(2);
  const pids = started();
  await runs[0]?.terminate();
  await expect.poll(() => pids.filter(isAlive).length).toBe(1);
  for (const worker of workers) await worker.stop('SIGTERM');
  expect(pids.filter(isAlive)).toEqual([]);
  await runs[1]?.terminate();
}, 60_000);
