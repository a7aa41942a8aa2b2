import { expect, test, vi } from 'vitest';
import {
  type App,
  connect,
  type ListOptions,
  type RunSummary,
  type SortKey,
} from '../../../src/client/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';
import { start } from '../processes.js';
import { type Command, type Project, repository } from '../project.js';
import { jsonLines, lookProject } from './project.js';

// Commands and workers start slowly on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const SOON = { timeout: 30_000 };

const open = (project: Project, more: NodeJS.ProcessEnv = {}) =>
  connect({ cwd: project.dir, env: { ...project.env, ...more } });

async function listed(project: Project, ...args: string[]): Promise<RunSummary[]> {
  const { status, stdout, stderr } = await project.mcpa(['list', '-t', project.queue, ...args, '--json'])
    .done;
  expect(status, `${stdout}${stderr}`).toBe(0);
  return jsonLines(stdout).map((line) => shapes.list.parse(line) as RunSummary);
}

/** The first word of the ids, and the status. */
const short = (runs: RunSummary[]) =>
  runs.map((run) => `${run.workflowId.split('-')[0]} ${run.status}`).sort();

async function countEvents(app: App, workflowId: string, kind: string): Promise<number> {
  const { events } = await app.open.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter((event) => (event as unknown as Record<string, unknown>)[kind]).length;
}

test('numbers of open runs are as of the last record and marked, those of closed ones are exact', async () => {
  await using project = await lookProject();
  const worker = await project.worker();
  await using app = await open(project);
  const handle = await app.startWorkflow('TurnsWorkflow', 25);
  await expect.poll(async () => (await handle.details()).totals.turns, { timeout: 40_000 }).toBe(25);
  const memos = 'workflowPropertiesModifiedEventAttributes';
  expect(await countEvents(app, handle.workflowId, memos)).toBe(2);
  // A query would hang without a worker: the list asks no run.
  await worker.stop();
  const totals = async () => (await app.list({ taskQueue: project.queue })).runs[0]?.totals;
  await expect.poll(totals, SOON).toMatchObject({ turns: 20, exact: false, usage: { input: 2_000 } });
  const shown = await project.mcpa(['list', '-t', project.queue]).done;
  expect(shown.stdout).toMatch(/^running +\d+[sm] +TurnsWorkflow-\w+ +~20 +~2\.0k +~200 +~\$0\.0090/m);

  await project.worker();
  await handle.signal('end');
  await handle.result();
  const exact = (await handle.details()).totals;
  expect(exact.turns).toBe(25);
  await expect.poll(totals, SOON).toEqual({ ...exact, exact: true });
  expect(await countEvents(app, handle.workflowId, memos)).toBe(3);
});

test('what runs wait for, by state; each status can be asked for', async () => {
  await using project = await lookProject();
  await project.worker();
  await using app = await open(project);
  const human = await app.start('HumanWorkflow', { workflowId: `human-${project.queue}` });
  const paused = await app.start('TurnsWorkflow', { workflowId: `paused-${project.queue}`, args: [0] });
  await paused.signal('mcpa.pause', { by: 'ann', reason: 'look at it first' });
  const done = await app.start('TurnsWorkflow', { workflowId: `done-${project.queue}`, args: [1] });
  await done.signal('end');
  await done.result();
  const words = async (options: ListOptions = {}) =>
    short((await app.list({ taskQueue: project.queue, ...options })).runs);
  await expect.poll(() => words(), SOON).toEqual(['done completed', 'human human', 'paused paused']);
  expect(await words({ status: ['human'] })).toEqual(['human human']);
  expect(await words({ status: ['open'] })).toEqual(['human human', 'paused paused']);
  expect(await words({ status: ['closed'] })).toEqual(['done completed']);
  expect(await words({ status: ['running'] })).toEqual([]);
  expect(await words({ status: ['running', 'paused'] })).toEqual(['paused paused']);
  expect(await words({ workflow: 'HumanWorkflow' })).toEqual(['human human']);
  expect(
    await words({ query: "WorkflowType = 'TurnsWorkflow' OR WorkflowType = 'x'", status: ['open'] }),
  ).toEqual(['paused paused']);
  expect(await words({ since: new Date(Date.now() - 3_600_000) })).toHaveLength(3);
  const flags = [
    '--status',
    'paused,Completed',
    '--status',
    'human',
    '--since',
    '1h',
    '--query',
    'CloseTime IS NULL',
  ];
  const asked = await listed(project, ...flags);
  expect(short(asked)).toEqual(['human human', 'paused paused']);
  expect(asked.find((run) => run.status === 'human')?.waits).toMatchObject([
    { for: 'human', question: 'q1', text: 'Deploy to production?', since: expect.any(String) },
  ]);
  const later = new Date(Date.now() + 60_000).toISOString();
  expect(await listed(project, '--since', later)).toEqual([]);

  const shown = await project.mcpa(['list', '-t', project.queue], undefined, {
    ...project.env,
    COLUMNS: '80',
  }).done;
  expect(shown.stdout).toMatch(/\n {2}\? q1, \d+[sm] ago: Deploy to production\?\n/);
  expect(shown.stdout).toMatch(/\n {2}‖ paused \d+[sm] ago by ann: look at it first\n/);
  expect(Math.max(...shown.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  for (const each of [human, paused]) await each.terminate();
});

test('sorted runs are those that were read, and the list says that there are more', async () => {
  await using project = await lookProject();
  await project.worker();
  await using app = await open(project);
  const runs = [];
  for (const turns of [2, 3, 1]) {
    const run = await app.start('TurnsWorkflow', { workflowId: `t${turns}-${project.queue}`, args: [turns] });
    await run.signal('end');
    runs.push(run);
  }
  for (const run of runs) await run.result();
  const taskQueue = project.queue;
  await expect
    .poll(async () => (await app.list({ taskQueue, status: ['completed'] })).runs.length, SOON)
    .toBe(3);
  const ids = async (sort: SortKey) =>
    (await app.list({ taskQueue, sort })).runs.map((run) => run.workflowId.split('-')[0]);
  expect(await ids('cost')).toEqual(['t3', 't2', 't1']);
  expect(await ids('tokens')).toEqual(['t3', 't2', 't1']);
  expect(await ids('age')).toEqual(['t2', 't3', 't1']);
  const cut = await project.mcpa(['list', '-t', project.queue, '--limit', '2', '--sort', 'turns']).done;
  expect(cut.stdout.trim().split('\n')).toHaveLength(3);
  expect(cut.stderr).toContain('sorted among the 2 newest; there are more runs');
  // One call of the engine's list, and none for a run.
  const service = app.open.client.workflowService;
  const list = vi.spyOn(service, 'listWorkflowExecutions');
  const others = (['queryWorkflow', 'describeWorkflowExecution', 'getWorkflowExecutionHistory'] as const).map(
    (name) => vi.spyOn(service, name),
  );
  expect(await app.list({ taskQueue, limit: 3 })).toMatchObject({ more: false, runs: { length: 3 } });
  expect(list).toHaveBeenCalledTimes(1);
  for (const other of others) expect(other).not.toHaveBeenCalled();
});

test('a namespace without McpaState, and a plain Temporal run', async () => {
  await using project = await lookProject();
  const namespace = `plain-${project.queue}`;
  await using home = await open(project);
  const seconds = 86_400 as unknown as never;
  await home.open.client.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds },
  });
  project.env.TEMPORAL_NAMESPACE = namespace;
  await using app = await open(project);
  const begin = () =>
    app.start('HumanWorkflow', { workflowId: `human-${project.queue}` }).then(
      () => true,
      () => false,
    );
  await expect.poll(begin, { timeout: 30_000 }).toBe(true);
  await project.worker();
  const paused = await app.start('TurnsWorkflow', { workflowId: `paused-${project.queue}`, args: [0] });
  await paused.signal('mcpa.pause', {});
  await app.start('TurnsWorkflow', { workflowId: `plain-${project.queue}`, taskQueue: 'nobody', args: [0] });
  const all = async (...status: NonNullable<ListOptions['status']>) =>
    short((await app.list({ status })).runs);
  await expect.poll(() => all(), SOON).toEqual(['human human', 'paused paused', 'plain running']);
  expect(await all('human')).toEqual(['human human']);
  expect(await all('paused')).toEqual(['paused paused']);
  expect(await all('running')).toEqual(['plain running']);
  const printed = await project.mcpa(['list', '--status', 'human', '--json']).done;
  expect(short(jsonLines(printed.stdout))).toEqual(['human human']);
  const [plain] = (await app.list({ taskQueue: 'nobody' })).runs;
  expect(plain).not.toHaveProperty('totals');
});

test('wrong flags are named before anything is asked', async () => {
  await using project = await lookProject();
  const wrong: Array<[args: string[], says: RegExp]> = [
    [['--status', 'bogus'], /"bogus" is not a status\n.*timed_out/],
    [['--sort', 'name'], /--sort: "name" is not one of cost, age, turns/],
    [['--limit', '0'], /--limit: "0"/],
    [['--since', 'soon'], /--since: "soon" is not a time/],
    [['--watch'], /stdout is none/],
    [['--query', 'no such = "x"'], /the engine refused the query[\s\S]*list language/],
  ];
  const ended = await Promise.all(wrong.map(([args]) => project.mcpa(['list', ...args]).done));
  for (const [n, { status, stderr }] of ended.entries()) {
    expect(stderr).toMatch(wrong[n]![1]);
    expect(status, stderr).toBe(2);
  }
});

test('--watch redraws within the terminal, and a Ctrl-C ends it', async () => {
  await using project = await lookProject();
  await using app = await open(project);
  for (let n = 0; n < 15; n++)
    await app.start('HumanWorkflow', { workflowId: `${'a-long-id-'.repeat(9)}${n}-${project.queue}` });
  await expect.poll(async () => (await app.list({ taskQueue: project.queue })).runs.length).toBe(15);
  const inner = `stty cols 80 rows 12; exec ${process.execPath} ${repository}/bin/mcpa.js list -t ${project.queue} --watch`;
  const args =
    process.platform === 'linux' ? ['-qfec', inner, '/dev/null'] : ['-q', '/dev/null', 'sh', '-c', inner];
  const watch: Command = start('script', args, project.dir, project.env);
  // The second drawing moves up over the first: header and eleven lines less one, none wrapped.
  await watch.output(/\u001b\[11A/);
  await watch.stop('SIGINT');
  const [first] = watch.stdout.split('\u001b[11A');
  const lines = first!
    .replace(/\u001b\[[?\d;]*[a-zA-Z]/g, '')
    .trimEnd()
    .split(/\r?\n/);
  expect(lines).toHaveLength(11);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.at(-1)).toContain('more lines');
  for (const { workflowId } of (await app.list({ taskQueue: project.queue })).runs)
    await app.getHandle(workflowId).terminate();
});
