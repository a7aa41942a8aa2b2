import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, processesIn } from '../processes.js';
import { Project } from '../project.js';
import { refused, SilentServer } from './refused.js';

/** Something that is no Temporal server has the port. */
let taken: SilentServer;
let project: Project;
beforeAll(async () => {
  taken = await SilentServer.start();
  project = await Project.create();
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await taken[Symbol.asyncDispose]();
});

describe('a port that something else has: status 3, and nothing is left running', () => {
  test('of the engine', async () => {
    const at = ['--address', taken.address];
    const inUse = `port ${taken.port} is in use`;
    await refused(
      project.mcpa(['server', 'start', ...at]),
      3,
      'PORT_IN_USE',
      inUse,
      /fix: choose another with --port/,
    );
    const own = /fix: .*temporal\.port, or --address localhost:N/;
    await refused(project.mcpa(['dev', ...at]), 3, 'PORT_IN_USE', inUse, own);
    const run = ['run', 'DataProcessingWorkflow', 'x', '--local', ...at];
    await refused(project.mcpa(run), 3, 'PORT_IN_USE', inUse, own);
    await expect.poll(() => processesIn(project.dir), { timeout: 10_000 }).toEqual([]);
  });

  test('of the Web UI', async () => {
    const ports = ['--port', '0', '--ui-port', String(taken.port)];
    await refused(project.mcpa(['server', 'start', ...ports]), 3, 'PORT_IN_USE', /fix: .*--ui-port/);
  });

  test.each(['--health-port', '--metrics-port'])('of %s', async (flag) => {
    const worker = project.mcpa(['worker', flag, String(taken.port)]);
    await refused(worker, 3, 'PORT_IN_USE', `port ${taken.port} is in use`, `choose another ${flag}`);
  });

  test('health and metrics on one port: a usage error', async () => {
    const port = String(await freePort());
    const worker = project.mcpa(['worker', '--health-port', port, '--metrics-port', port]);
    await refused(worker, 2, 'USAGE', /fix: give each a port of its own/);
  });
});

test('an engine that is not there: every client and the worker say how to start one', async () => {
  const nowhere = ['--address', '127.0.0.1:1'];
  const commands = [
    ['run', 'DataProcessingWorkflow', 'x'],
    ['wait', 'x'],
    ['result', 'x'],
    ['cancel', 'x'],
    ['worker'],
  ];
  for (const command of commands) {
    await refused(
      project.mcpa([...command, ...nowhere]),
      3,
      'ENGINE_UNREACHABLE',
      '127.0.0.1:1',
      /fix: .*mcpa dev/,
    );
  }
  const away = ['--address', 'no-such-host.invalid:7233'];
  await refused(
    project.mcpa(['dev', ...away]),
    3,
    'ENGINE_UNREACHABLE',
    /on this machine only/,
    /temporal\.host/,
  );
});

test('server status: whether it answers, as text, JSON and status', async () => {
  const here = await project.mcpa(['server', 'status']).done;
  expect(here.stdout).toMatch(/answers at \S+; not started by mcpa in this project/);
  expect(here.status).toBe(0);
  const away = await project.mcpa(['server', 'status', '--json', '--address', taken.address]).done;
  expect(JSON.parse(away.stdout)).toMatchObject({
    answering: false,
    configured: taken.address,
    running: false,
  });
  expect(away.status).toBe(3);
});

test('server install: the engine that this suite runs on is found again', async () => {
  const { stdout, status } = await project.mcpa(['server', 'install', '--json']).done;
  expect(JSON.parse(stdout)).toMatchObject({
    path: expect.stringMatching(/^\//),
    version: expect.stringMatching(/\d/),
  });
  expect(status).toBe(0);
  project.env.MCPA_TEMPORAL_CLI = '/no/such/temporal';
  await refused(
    project.mcpa(['server', 'install']),
    3,
    'ENGINE_NOT_FOUND',
    '/no/such/temporal',
    /fix: correct MCPA_TEMPORAL_CLI/,
  );
  delete project.env.MCPA_TEMPORAL_CLI;
});
