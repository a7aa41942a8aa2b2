import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { shapes } from '../../json/index.mjs';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import { freePort, processesIn } from '../processes.js';

const ASK = "await agent.generateStr('begin');";
const SLEEP = "await sleep(10, { summary: 'breath' });";
const FILE = 'workflows/fixture.ts';
/** As `stagedWorkflow`, but goes on in a new run when it is told to. */
const stagedWorkflow = (step: string, result: string) => `
import { Agent } from 'mcpa/workflow';
import { condition, continueAsNew, defineSignal, setHandler, sleep } from '@temporalio/workflow';

export async function StagedWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'stager', instruction: 'Use tools.' });
  let next = '';
  for (const name of ['go', 'again']) setHandler(defineSignal(name), () => void (next = name));
  ${step}
  await condition(() => next !== '');
  if (next === 'again') await continueAsNew<typeof StagedWorkflow>();
  return ${result};
}
`;
/** Processes start and bundle on a busy machine. */
const soon = { timeout: 90_000 };

test('on an engine that dev started, runs that an edit does not fit end on the code before, and nothing is left behind', async () => {
  const port = await freePort();
  await using project = await fixtureProject(
    fixtureConfig({ temporal: `, port: ${port}` }),
    stagedWorkflow(ASK, "'first'"),
    'turns:\n  - say: done\n',
  );
  delete project.env.TEMPORAL_ADDRESS;
  const workers = () => processesIn(project.dir).filter((line) => line.includes('mcpa.js worker'));
  const opened = () => connect({ cwd: project.dir, env: project.env });
  const begin = async (app: Awaited<ReturnType<typeof opened>>) => {
    const run = await app.startWorkflow('StagedWorkflow');
    const stepped = async () => {
      const { events } = await app.open.client.workflow.getHandle(run.workflowId).fetchHistory();
      return events?.some(
        (event) => event.activityTaskCompletedEventAttributes ?? event.timerFiredEventAttributes,
      );
    };
    await expect.poll(stepped, soon).toBe(true);
    return run;
  };

  const dev = project.mcpa(['dev']);
  await dev.output(/watching for changes/);
  let old: Awaited<ReturnType<typeof begin>>;
  {
    await using app = await opened();
    old = await begin(app);
    const back = await begin(app);

    // New runs take the new code at once, and what doesn't fit it stays.
    project.write(FILE, stagedWorkflow(SLEEP, "'second'"));
    await expect
      .poll(() => dev.stderr, soon)
      .toMatch(/0 of 2 open runs fit; 2 stay on the code before, until they end/);
    expect(dev.stderr).toContain(
      `✗ StagedWorkflow ${old.workflowId}: event 5 is activity mcpa.generate (stager · turn 1); ` +
        `the code now starts timer 10 ms (breath) at ${FILE}:9`,
    );
    const second = await begin(app);
    const slept = await begin(app);
    await second.signal('go');
    expect(await second.result()).toBe('second');
    // What it continues as begins on the code before, and stays there too.
    await old.signal('again');
    const chain = app.open.client.workflow.getHandle(old.workflowId);
    await expect.poll(async () => (await chain.describe()).runId, soon).not.toBe(old.runId);
    await app.getHandle(old.workflowId).signal('go');
    expect(await chain.result()).toBe('first');
    expect(workers()).toHaveLength(2);
    const beside = project.mcpa(['worker']);
    await beside.output(/`mcpa dev` serves this task queue with its own workers/);
    await beside.stop();

    // What stayed and fits again goes over, and its worker ends; the other one stays now.
    project.write(FILE, stagedWorkflow(ASK, "'third'"));
    await expect
      .poll(() => dev.stderr, soon)
      .toMatch(/1 of 2 open runs fits; 1 stays on the code before, until it ends/);
    await expect.poll(() => dev.stderr, soon).toMatch(/no run is left on the code before/);
    await expect.poll(workers, soon).toHaveLength(2);
    await back.signal('go');
    expect(await back.result()).toBe('third');
    old = slept;
  }
  expect((await dev.stop('SIGINT')).status, dev.stderr).toBe(0);
  expect(dev.stderr).toMatch(/1 open run was begun by the code before/);
  expect(workers()).toEqual([]);

  // A worker of the old code, without versions.
  project.write(FILE, stagedWorkflow(SLEEP, "'second'"));
  const server = project.mcpa(['server']);
  await server.output(/ready/);
  const plain = await project.worker();
  {
    await using app = await opened();
    const fresh = await begin(app);
    for (const run of [old, fresh]) {
      const handle = app.getHandle(run.workflowId);
      await handle.signal('go');
      expect(await handle.result()).toBe('second');
    }
  }
  expect((await plain.stop()).status).toBe(0);
  await server.stop('SIGINT');

  const killed = project.mcpa(['dev', '--json']);
  const lines = () =>
    killed.stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  const [, pid] = await killed.output(/"identity":"(\d+)@/);
  await killed.output(/watching for changes/);
  {
    await using app = await opened();
    old = await begin(app);
  }
  // One that is killed is started again, with its version.
  process.kill(Number(pid), 'SIGKILL');
  await expect.poll(() => lines().filter(({ type }) => type === 'ready'), soon).toHaveLength(2);
  const [first, again] = lines().filter(({ type }) => type === 'ready');
  expect(again.deployment).toEqual(first.deployment);
  project.write(FILE, stagedWorkflow(ASK, "'fourth'"));
  await expect.poll(() => lines().filter(({ type }) => type === 'reload'), soon).toHaveLength(1);
  const [reload] = lines().filter(({ type }) => type === 'reload');
  expect(shapes.dev.parse(reload)).toMatchObject({ loaded: true, fit: 0, differ: 1, held: 1 });
  await killed.stop('SIGKILL');
  await expect.poll(workers, soon).toEqual([]);

  // No dev has set the versions back: who comes next does.
  project.write(FILE, stagedWorkflow(SLEEP, "'second'"));
  const local = project.mcpa(['run', 'StagedWorkflow', '--local', '--id', `${project.queue}-local`]);
  await local.output(/following|StagedWorkflow/);
  await using app = await opened();
  for (const id of [old.workflowId, `${project.queue}-local`]) {
    const handle = app.getHandle(id);
    await handle.signal('go');
    expect(await handle.result()).toBe('second');
  }
  expect((await local.done).stdout).toBe('second\n');
}, 600_000);
