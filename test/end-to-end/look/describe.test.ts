import { expect, test, vi } from 'vitest';
import { type App, connect, type RunDetails } from '../../../src/client/index.js';
import { addUsage, NO_USAGE, type Usage } from '../../../src/core/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';
import type { Project } from '../project.js';
import { jsonLines, lookProject } from './project.js';

// Commands and workers start slowly on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const open = (project: Project) => connect({ cwd: project.dir, env: project.env });

async function described(project: Project, ...args: string[]): Promise<RunDetails> {
  const { status, stdout, stderr } = await project.mcpa(['describe', ...args, '--json']).done;
  expect(status, `${stdout}${stderr}`).toBe(0);
  return shapes.describe.parse(JSON.parse(stdout)) as RunDetails;
}

/** What the run's events say, added up. */
async function sumOfEvents(app: App, workflowId: string): Promise<Record<string, Usage>> {
  const sums: Record<string, Usage> = {};
  for await (const event of app.getHandle(workflowId).events({ live: false })) {
    if (event.type !== 'model_call_completed') continue;
    sums[event.agent] = addUsage(sums[event.agent] ?? NO_USAGE, event.usage);
  }
  return sums;
}

const usageOf = ({ agents }: RunDetails) =>
  Object.fromEntries(agents.map(({ agent, usage }) => [agent, usage]));

test('B2: tokens by agent and in all are those of the calls, with no worker and after a restart', async () => {
  await using project = await lookProject();
  const first = await project.worker();
  await using app = await open(project);
  const handle = await app.startWorkflow('ReviewWorkflow', 'once upon a time');
  await expect.poll(async () => (await handle.details()).totals.turns, { timeout: 60_000 }).toBe(4);
  const before = await handle.details();
  await first.stop();
  const without = await described(project, handle.workflowId);
  expect(without).toMatchObject({ status: 'running', totals: before.totals, agents: before.agents });
  await project.worker();
  await handle.signal('grade');
  expect(await handle.result()).toBe('B minus');

  const after = await described(project, handle.workflowId);
  expect(after.agents).toEqual(expect.arrayContaining(before.agents));
  expect(after).toMatchObject({
    status: 'completed',
    result: '"B minus"',
    totals: {
      turns: 5,
      toolCalls: 2,
      retries: 0,
      usage: { input: 12_023, output: 83, cacheRead: 500, cacheWrite: 7 },
    },
  });
  const checker = after.agents.find(({ agent }) => agent === 'fact_checker');
  expect(checker).toMatchObject({ turns: 2, toolCalls: 2, usage: { input: 4_020, output: 30 } });
  expect(checker?.tools).toEqual([
    { server: 'fixture', tool: 'add', calls: 1, errors: 0, failed: 0 },
    { server: 'fixture', tool: 'fail', calls: 1, errors: 1, failed: 0 },
  ]);
  const events = await sumOfEvents(app, handle.workflowId);
  for (const [agent, usage] of Object.entries(events)) {
    expect(usageOf(after)[agent], agent).toEqual({ ...usage, cost: expect.closeTo(usage.cost ?? -1, 11) });
  }
  // A closed run's memo has the same numbers.
  const { runs } = await app.list({ taskQueue: project.queue });
  expect(runs[0]?.totals).toEqual({ ...after.totals, exact: true });

  const shown = await project.mcpa(['describe', handle.workflowId]).done;
  expect(shown.stdout).toMatch(/fact_checker\s+2\s+4,020\s+30\s+\$0\.01\s+2\s+0/);
  expect(shown.stdout).toMatch(/total\s+5\s+12,023/);
  expect(shown.stdout).toContain('fact_checker: fixture.add 1, fixture.fail 1 (1 error)');
});

test('children and the runs before count in the sums', async () => {
  await using project = await lookProject();
  await project.worker();
  await using app = await open(project);
  const rounds = await app.startWorkflow('RoundsWorkflow', 0);
  expect(await app.getHandle(rounds.workflowId).result()).toBe(2);
  const chain = await described(project, rounds.workflowId);
  expect(chain).toMatchObject({ status: 'completed', previous: { how: 'continued' } });
  expect(chain.totals).toMatchObject({ turns: 3, usage: { input: 300, output: 30 } });
  expect(chain.agents).toMatchObject([{ agent: 'rounder', turns: 3 }]);
  const { runs } = await app.list({ taskQueue: project.queue });
  const newest = runs.find(({ runId }) => runId === chain.runId);
  expect(newest?.totals).toEqual({ ...chain.own, exact: true });
  const oldest = await described(project, rounds.workflowId, '--run-id', rounds.runId as string);
  expect(oldest).toMatchObject({ status: 'continued', totals: { turns: 1 } });

  const parent = await app.startWorkflow('ParentWorkflow');
  const turns = async () => (await parent.details()).totals.turns;
  await expect.poll(turns, { timeout: 60_000 }).toBe(4);
  const { children } = await parent.details();
  const ids = children.map((child) => child.workflowId).sort();
  expect(await described(project, ids[1] as string)).toMatchObject({
    parent: { workflowId: parent.workflowId },
    agents: [{ agent: 'talker', turns: 2 }],
  });
  for (const id of ids) await app.getHandle(id).signal('end');
  await parent.result();
  const family = await parent.details();
  expect(family).toMatchObject({
    own: { turns: 1 },
    totals: { turns: 4, usage: { input: 400 } },
    children: [],
  });
  const rows = family.agents.map(({ agent, workflowId, turns }) => `${agent} ${workflowId} ${turns}`).sort();
  expect(rows).toEqual([`parent ${parent.workflowId} 1`, ...ids.map((id, n) => `talker ${id} ${n + 1}`)]);
  const listed = async () =>
    (await app.list({ workflow: 'ParentWorkflow', taskQueue: project.queue })).runs[0]?.totals;
  await expect.poll(listed, { timeout: 60_000 }).toEqual({ ...family.own, exact: true });
});

test('a failed run says why in one line, with the place in the source', async () => {
  await using project = await lookProject();
  await project.worker();
  const run = await project.mcpa(['run', 'BrokenWorkflow', '--id', 'broken-books']).done;
  expect(run.status).toBe(1);
  const details = await described(project, '@last');
  expect(details).toMatchObject({
    workflowId: 'broken-books',
    status: 'failed',
    failure: {
      message: 'the ledger does not balance',
      at: expect.stringMatching(/workflows\/look\.ts:\d+:\d+$/),
    },
  });
  const line = Number(details.failure?.at?.split(':').at(-2));
  expect(project.read('workflows/look.ts').split('\n')[line - 1]).toContain('the ledger does not balance');
  const shown = await project.mcpa(['describe', 'broken-b']).done;
  expect(shown.stdout).toMatch(/^cause +workflows\/look\.ts:\d+:\d+: the ledger does not balance$/m);
});

test('a call that fails again and again shows its attempt, last error and next try', async () => {
  await using project = await lookProject();
  const worker = await project.worker();
  await using app = await open(project);
  const handle = await app.startWorkflow('StuckWorkflow');
  const activity = async () => (await handle.details()).activities[0];
  await expect.poll(async () => (await activity())?.attempt ?? 0, { timeout: 60_000 }).toBeGreaterThan(2);
  // The worker goes: what the engine and history say remains.
  await worker.stop();
  const details = await described(project, handle.workflowId);
  expect(details.activities).toMatchObject([
    {
      name: 'mcpa.generate',
      what: 'stuck, turn 1',
      lastError: expect.stringContaining('the provider is busy'),
    },
  ]);
  expect(details.worker.lastPollMs).toBeGreaterThanOrEqual(0);
  const shown = await project.mcpa(['describe'], undefined, { ...project.env, COLUMNS: '80' }).done;
  expect(shown.stdout).toMatch(/stuck, turn 1: attempt \d+/);
  expect(shown.stdout).toContain('the provider is busy');
  expect(shown.stdout).toMatch(/^task queue +\S+ \(last poll \d+ s ago\)$/m);
  expect(Math.max(...shown.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  await handle.terminate('enough');
  const ended = await described(project, handle.workflowId);
  expect(ended).toMatchObject({
    status: 'terminated',
    failure: { message: 'enough' },
    activities: [{ what: 'stuck, turn 1' }],
  });
});

test('a run that its code cannot replay is blocked, and says with what message', async () => {
  await using project = await lookProject();
  const first = await project.worker();
  await using app = await open(project);
  const handle = await app.startWorkflow('TurnsWorkflow', 1);
  await expect.poll(async () => (await handle.details()).totals.turns, { timeout: 60_000 }).toBe(1);
  await first.stop();
  const source = project.read('workflows/look.ts');
  project.write(
    'workflows/look.ts',
    source.replaceAll(
      "name: 'talker', instruction: 'Talk.' });",
      "name: 'talker', instruction: 'Talk.' });\n  await new Promise<void>((done) => setTimeout(done, 5));",
    ),
  );
  const bad = await project.worker();
  await handle.signal('end');
  await expect.poll(async () => (await handle.details()).status, { timeout: 60_000 }).toBe('blocked');
  const details = await described(project, handle.workflowId);
  expect(details.blocked?.message).toMatch(/nondeterminism/i);
  // The list has it from the engine's own search attribute, which mcpa's engine sets at the second failure.
  const blocked = async () => (await app.list({ taskQueue: project.queue, status: ['blocked'] })).runs;
  await expect
    .poll(async () => (await blocked()).map((run) => run.workflowId), { timeout: 60_000 })
    .toEqual([handle.workflowId]);
  await bad.stop();
  project.write('workflows/look.ts', source);
  await project.worker();
  expect(await handle.result()).toBe('enough');
  expect((await described(project, handle.workflowId)).status).toBe('completed');
});

test('without a project, by flags alone; wrong ids are named', async () => {
  await using project = await lookProject();
  await using app = await open(project);
  for (const workflowId of ['same-prefix-1', 'same-prefix-2'])
    await app.start('HumanWorkflow', { workflowId: `${project.queue}-${workflowId}` });
  const listed = async () => (await app.list({ taskQueue: project.queue })).runs.length;
  await expect.poll(listed, { timeout: 60_000 }).toBe(2);
  const env = { ...process.env, NO_COLOR: '1', TEMPORAL_ADDRESS: undefined };
  const flags = [
    '--address',
    project.env.TEMPORAL_ADDRESS as string,
    '--task-queue',
    project.queue,
    '--json',
  ];
  const from = (...args: string[]) => project.mcpa([...args, ...flags], '/', env).done;
  const one = await from('describe', `${project.queue}-same-prefix-1`);
  expect(one.status, one.stderr).toBe(0);
  expect(shapes.describe.parse(JSON.parse(one.stdout))).toMatchObject({ status: 'running', agents: [] });
  const list = await from('list');
  expect(jsonLines(list.stdout).map((line) => shapes.list.parse(line))).toHaveLength(2);
  expect((await from('describe', `${project.queue}-same`)).stdout).toContain('RUN_AMBIGUOUS');
  for (const command of ['describe', 'messages']) {
    const unknown = await from(command, 'no-such-run');
    expect(unknown.status).toBe(2);
    expect(JSON.parse(unknown.stdout).error).toMatchObject({ code: 'RUN_UNKNOWN' });
  }
  for (const each of ['same-prefix-1', 'same-prefix-2'])
    await app.getHandle(`${project.queue}-${each}`).terminate();
});
