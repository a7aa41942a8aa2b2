import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Project } from '../project.js';
import { slowProject } from '../slow-project.js';
import { refused } from './refused.js';

let project: Project;
beforeAll(async () => {
  project = await slowProject('turns: [{ say: hello }]\n');
});
afterAll(() => project[Symbol.asyncDispose]());

const id = (name: string) => `${name}-${project.queue}`;
const detached = async (name: string, workflow = 'SignalledWorkflow') => {
  const run = await project.mcpa(['run', workflow, '--id', id(name), '--detach']).done;
  expect(run.status, run.stderr).toBe(0);
  return id(name);
};

describe('a run that is not there, or not the only one', () => {
  test('an unknown id, and an empty one', async () => {
    for (const command of ['result', 'wait', 'cancel', 'describe']) {
      const words = ['"no-such-run"', 'namespace "default"', /fix: check the id/];
      await refused(project.mcpa([command, 'no-such-run']), 2, 'RUN_UNKNOWN', ...words);
    }
    await refused(project.mcpa(['result', '']), 2, 'USAGE', /the id is empty/);
    await refused(
      project.mcpa(['run', 'SignalledWorkflow', '--id', '']),
      2,
      'USAGE',
      /the id of the run is empty/,
    );
    await refused(
      project.mcpa(['result', '@last']),
      2,
      'RUN_UNKNOWN',
      /no run was started from this project/,
    );
  });

  test('an ambiguous prefix, an id that is taken, several open runs', async () => {
    const both = [await detached('ambiguous-1'), await detached('ambiguous-2')];
    // The list of runs lags behind their start.
    await expect
      .poll(() => project.mcpa(['result', 'ambiguous-']).done, { timeout: 15_000 })
      .toMatchObject({ stderr: expect.stringContaining('RUN_AMBIGUOUS') });
    for (const args of [
      ['result', 'ambiguous-'],
      ['cancel', 'ambiguous-'],
      ['wait', 'ambiguous-'],
      ['result'],
    ]) {
      const { stderr } = await refused(project.mcpa(args), 2, 'RUN_AMBIGUOUS', /fix: name one: /);
      for (const each of both) expect(stderr).toContain(each);
    }
    const again = ['run', 'SignalledWorkflow', '--id', both[0] ?? ''];
    await refused(project.mcpa(again), 2, 'RUN_EXISTS', /fix: choose another --id/);
    // Neither was touched: both are open still.
    for (const each of both) expect((await project.mcpa(['result', each]).done).status).toBe(7);
  });

  test('the result of an open run: status 7, it goes on, and how to wait', async () => {
    const open = await detached('open');
    await refused(project.mcpa(['result', open]), 7, 'COMMAND_TIMEOUT', 'it goes on', `mcpa wait ${open}`);
    await refused(
      project.mcpa(['wait', open, '--timeout', '1s']),
      7,
      'COMMAND_TIMEOUT',
      'goes on',
      `mcpa wait ${open}`,
    );
  });
});

test('a namespace that does not exist', async () => {
  const words = [
    /namespace "nowhere" does not exist at 127/,
    /fix: create it with `temporal operator namespace create -n nowhere`/,
  ];
  for (const args of [['run', 'SignalledWorkflow'], ['result', 'x'], ['worker'], ['dev']]) {
    const command = project.mcpa([...args, '--namespace', 'nowhere']);
    if (args[0] === 'dev') await command.output(/engine .* \(in use\)/);
    await refused(command, 3, 'NAMESPACE_UNKNOWN', ...words);
  }
});

test('no worker where one is required: nothing is started', async () => {
  const run = ['run', 'SignalledWorkflow', '--id', id('required'), '--require-worker'];
  await refused(project.mcpa(run), 3, 'NO_WORKER', project.queue, /fix: start one with `mcpa worker`/);
  await refused(project.mcpa(['result', id('required')]), 2, 'RUN_UNKNOWN');
});

describe('with a worker', () => {
  test('that lacks the workflow: both ends say what it has', async () => {
    const worker = await project.worker();
    const has = 'DataProcessingWorkflow, SignalledWorkflow, SlowWorkflow, ThrowingWorkflow';
    // From a folder without a project the name can't be checked beforehand.
    const run = ['run', 'Nope', '--id', id('lacking'), '--task-queue', project.queue];
    const words = [
      /worker \d+@\S+ took run lacking-/,
      `has no workflow "Nope"; it has: ${has}`,
      /fix: .*--task-queue/,
    ];
    await refused(project.mcpa(run, '/'), 3, 'WORKER_LACKS_WORKFLOW', ...words);
    await worker.output(
      new RegExp(`turned down: no workflow "Nope" in this worker, which has: ${has}; restart`),
    );
    // Not failed: it goes on once a worker has the workflow.
    expect((await project.mcpa(['result', id('lacking')]).done).status).toBe(7);
    await worker.stop();
  });

  test('dev says so too', async () => {
    const dev = project.mcpa(['dev']);
    await dev.output(/watching/);
    const run = ['run', 'Nope', '--task-queue', project.queue];
    await refused(
      project.mcpa(run, '/'),
      3,
      'WORKER_LACKS_WORKFLOW',
      '"Nope"; it has: DataProcessingWorkflow',
    );
    await dev.output(
      /turned down: no workflow "Nope" in this worker, which has: DataProcessingWorkflow.*restart/,
    );
    await dev.stop('SIGINT');
  });

  test('what acts on a run that has ended', async () => {
    await project.worker();
    const ended = id('ended');
    const run = await project.mcpa(['run', 'ThrowingWorkflow', '--id', ended]).done;
    expect(run.status, run.stderr).toBe(1);
    for (const args of [
      ['cancel', ended],
      ['signal', 'say', ended, '--input', 'late'],
      ['terminate', ended],
    ]) {
      await refused(project.mcpa(args), 2, 'RUN_CLOSED', /ended/, `mcpa result ${ended}`);
    }
  });
});
