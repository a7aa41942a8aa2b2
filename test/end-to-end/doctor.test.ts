import { spawn } from 'node:child_process';
import { Connection } from '@temporalio/client';
import { afterEach, expect, test } from 'vitest';
import { answers, findEngine } from '../../src/engine/index.js';
import { freePort } from './processes.js';
import { Command, Project } from './project.js';

const engines: Command[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop('SIGKILL');
});

/** A dev server as somebody starts it by hand. */
async function devServer(flags: string[]): Promise<string> {
  const { path } = await findEngine();
  const port = await freePort();
  const args = ['server', 'start-dev', '--headless', '--log-level', 'error', '--ip', '127.0.0.1'];
  engines.push(new Command(spawn(path, [...args, '--port', String(port), ...flags])));
  const address = `127.0.0.1:${port}`;
  await expect.poll(() => answers(address), { timeout: 60_000 }).toBe(true);
  return address;
}

interface Finding {
  check: string;
  state: string;
  message: string;
  fix?: string;
}

async function paceAt(project: Project, address: string): Promise<Finding | undefined> {
  const doctor = await project.mcpa(['doctor', '--json', '--address', address]).done;
  const { checks } = JSON.parse(doctor.stdout) as { checks: Finding[] };
  return checks.find(({ check }) => check === 'pace');
}

test('doctor recognises a stock dev server by its pace; the flags that it names cure it', async () => {
  await using project = await Project.create();
  const stock = await devServer([]);
  const paced = await paceAt(project, stock);
  console.log(`${paced?.message}`);
  expect(paced).toMatchObject({
    state: 'note',
    message: expect.stringMatching(/paces agents, about \d+ ms/),
  });
  const flags = /start it with (.*) \(/.exec(paced?.fix ?? '')?.[1]?.split(' ') ?? [];
  expect(flags).toContain('history.transferProcessorMaxPollRPS=2000');
  const listed = async () => (await project.mcpa(['list', '--json', '--address', stock]).done).stdout;
  await expect.poll(listed, { timeout: 90_000, interval: 5_000 }).toBe('');

  // A busy machine may be too slow to show it at once.
  const address = await devServer(flags);
  const cured = async () => {
    const pace = await paceAt(project, address);
    console.log(`${pace?.message}`);
    return pace;
  };
  await expect
    .poll(cured, { timeout: 90_000, interval: 1_000 })
    .toMatchObject({ state: 'good', message: expect.stringMatching(/about \d+ ms for a turn/) });
}, 240_000);

test("doctor takes an engine with mcpa's flags for what it is", async () => {
  await using project = await Project.create();
  const pace = await paceAt(project, project.env.TEMPORAL_ADDRESS ?? '');
  expect(pace).toMatchObject({ check: 'pace', state: 'good' });
  expect(pace?.message).toContain("mcpa's flags");
});

test('a namespace without McpaState: doctor says so, and adds it with --fix', async () => {
  await using project = await Project.create();
  const namespace = `fresh-${project.queue}`;
  const connection = await Connection.connect({ address: project.env.TEMPORAL_ADDRESS as string });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await connection.close();
  const states = async (...flags: string[]) => {
    const { stdout, stderr } = await project.mcpa(['doctor', '--json', '-n', namespace, ...flags]).done;
    const { checks } = JSON.parse(stdout || stderr) as { checks: Finding[] };
    return checks.find(({ check }) => check === 'states');
  };
  const byState = async () => {
    const args = ['list', '--json', '-n', namespace, '--query', "McpaState = 'paused'"];
    return (await project.mcpa(args).done).status;
  };
  // A namespace is known a moment after it was registered.
  await expect.poll(states).toMatchObject({ state: 'note', fix: 'mcpa doctor --fix' });
  expect(await byState()).toBe(2);
  expect(await states('--fix')).toMatchObject({ state: 'good', message: expect.stringMatching(/^added/) });
  expect(await states()).toMatchObject({ state: 'good' });
  expect(await states('--fix')).toMatchObject({ state: 'good', message: expect.stringMatching(/has the/) });
  expect(await byState()).toBe(0);
});
