import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import type { RunStatus } from '../../../src/core/index.js';
import { operateProject } from './project.js';

test('A9: a workflow that knows nothing of pause starts nothing while it is paused', async () => {
  await using project = await operateProject();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('StepsWorkflow', 2);
  await handle.signal('pause');
  await project.worker();
  const status = await handle.query<RunStatus>('mcpa.status');
  expect(status.paused).toBeDefined();
  expect(status.held).toBe(1);
  const description = await handle.describe();
  expect(description.raw.pendingActivities).toHaveLength(0);
  expect(description.searchAttributes.McpaState).toEqual(['paused']);
  expect(description.memo?.mcpa).toMatchObject({ v: 1, paused: { at: expect.any(String) } });
  await handle.signal('resume');
  expect(await handle.result()).toBe(2);
  const closed = await handle.describe();
  expect(closed.memo?.mcpa).toMatchObject({ final: true, toolCalls: 2 });
});

test('A8: plain pause and resume belong to the workflow that handles them', async () => {
  await using project = await operateProject();
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('ControllableWorkflow');
  await handle.signal('pause');
  await handle.signal('go');
  expect((await handle.query<RunStatus>('mcpa.status')).paused).toBeUndefined();
  await handle.signal('resume');
  expect(await handle.result()).toEqual(['pause', 'go', 'resume']);
});

test('signals taken before a late handler are handed to it in order, and the gate opens', async () => {
  await using project = await operateProject();
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('LateWorkflow');
  for (const name of ['pause', 'resume', 'pause']) await handle.signal(name);
  expect((await handle.query<RunStatus>('mcpa.status')).paused).toBeDefined();
  await handle.signal('start');
  expect(await handle.result()).toEqual(['pause', 'resume', 'pause']);
});

test('a pause goes over to the run that continues it', async () => {
  await using project = await operateProject();
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const first = await app.startWorkflow('ChainWorkflow', 0);
  await first.signal('mcpa.pause', { by: 'test', reason: 'night' });
  expect((await first.query<RunStatus>('mcpa.status')).paused).toMatchObject({ by: 'test', reason: 'night' });
  await first.signal('go');
  const handle = app.getHandle(first.workflowId);
  await expect.poll(async () => (await handle.describe()).runId).not.toBe(first.runId);
  await handle.signal('go');
  const status = await handle.query<RunStatus>('mcpa.status');
  expect(status.paused).toMatchObject({ by: 'test', reason: 'night' });
  expect(status.held).toBe(1);
  await handle.signal('mcpa.resume');
  expect(await handle.result()).toBe(1);
});

test('B7: a wait for resume ends with its signal, or after its timeout with a typed error', async () => {
  await using project = await operateProject();
  await project.worker();
  const waits = await project.mcpa(['run', 'PauseResumeWorkflow', '1h', '--detach']).done;
  expect((await project.mcpa(['signal', 'resume', waits.stdout.trim()]).done).status).toBe(0);
  expect(await project.mcpa(['wait', waits.stdout.trim()]).done).toMatchObject({
    status: 0,
    stdout: 'resumed\n',
  });

  const fails = await project.mcpa(['run', 'PauseResumeWorkflow', '200ms', '--json']).done;
  expect(fails.status).toBe(1);
  expect(JSON.parse(fails.stdout).error).toMatchObject({
    code: 'RUN_FAILED',
    message: expect.stringContaining('not resumed within 200ms'),
  });
  await using app = await connect({ cwd: project.dir, env: project.env });
  const typed = await app.startWorkflow('PauseResumeWorkflow', '200ms');
  await expect(typed.result()).rejects.toMatchObject({ cause: { type: 'SignalTimeout' } });
});
