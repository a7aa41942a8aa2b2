import { describe, expect, test } from 'vitest';
import type { RunStatus } from '../../../src/core/index.js';
import type { Project } from '../project.js';
import { actProject, clientOf, effects, PATIENT, parsed, run, start } from './project.js';

describe('pause and resume', () => {
  test('over processes and a killed worker: the first terminal prints the result', async () => {
    await using project = await actProject();
    const first = await project.worker();
    const started = project.mcpa(['run', 'HoldWorkflow', '--id', 'night']);
    await expect.poll(() => effects(project, 'holding'), PATIENT).toBe(1);
    const pausing = project.mcpa(['pause', 'night', '--reason', 'deploy at night']);
    await pausing.output(/^pausing \(1 in flight\): steps\.hold$/m);
    project.write('release', '');
    const paused = await pausing.done;
    expect(paused.stdout).toBe('night paused\n');
    expect(paused.status, paused.stderr).toBe(0);
    expect(effects(project, 'step 1')).toBe(0);
    await first.stop('SIGKILL');
    await project.worker();
    const status = parsed('query', await run(project, 'query', 'mcpa.status', 'night', '--json'));
    expect(status.result).toMatchObject({
      held: 1,
      paused: { reason: 'deploy at night', by: expect.stringContaining('@') },
    });
    const again = await run(project, 'pause', '--json');
    expect(parsed('pause', again)).toMatchObject({
      state: 'paused',
      already: true,
      paused: { reason: 'deploy at night' },
    });
    expect((await run(project, 'pause')).stdout).toMatch(
      /^night paused already since .* by .*@.*: deploy at night\n$/,
    );
    const resumed = await run(project, 'resume', 'night', '--json');
    expect(parsed('resume', resumed)).toMatchObject({ workflowId: 'night', already: false });
    const finished = await started.done;
    expect(finished.status, finished.stderr).toBe(0);
    expect(finished.stdout).toBe('done\n');
    expect(effects(project, 'step 1')).toBe(1);
    expect(effects(project, 'holding')).toBe(1);
    const closed = await run(project, 'pause', 'night');
    expect(closed.stderr).toMatch(/^error RUN_CLOSED: .*completed/);
    expect(closed.status).toBe(2);
  });

  test('--timeout passes while a call is in flight: status 7 says which, and nothing new starts', async () => {
    await using project = await actProject();
    await project.worker();
    await start(project, 'SlowCallWorkflow', '--args', '[60000]', '--id', 'long');
    await expect.poll(() => effects(project, 'slow started'), PATIENT).toBe(1);
    const text = await run(project, 'pause', 'long', '--timeout', '3s');
    expect(text.stderr).toMatch(
      /^error COMMAND_TIMEOUT: .*pausing \(1 in flight\): fixture\.slow\nfix: .*mcpa pause long/m,
    );
    expect(text.status).toBe(7);
    const json = await run(project, 'pause', 'long', '--timeout', '3s', '--json');
    expect(parsed('pause', json)).toMatchObject({
      state: 'pausing',
      already: true,
      inFlight: [{ kind: 'activity', name: 'fixture.slow', attempt: 1 }],
    });
    expect(json.status).toBe(7);
    // Cancel opens the gate, and reaches what is in flight.
    const cancelled = await run(project, 'cancel', 'long', '--json');
    expect(parsed('cancel', cancelled)).toMatchObject({ workflowId: 'long', status: 'cancelled' });
    await expect.poll(() => effects(project, 'slow cancelled'), PATIENT).toBe(1);
  });

  test('no worker: the pause is recorded, and takes effect before anything else starts', async () => {
    await using project = await actProject();
    const id = await start(project, 'SlowCallWorkflow', '--args', '[1]');
    const paused = await run(project, 'pause', id);
    expect(paused.stderr).toMatch(
      /^error NO_WORKER: the pause is recorded.*\nfix: it takes effect before anything else/,
    );
    expect(paused.status).toBe(3);
    await project.worker();
    // Not "already": the memo tells only what a worker has seen.
    const known = await run(project, 'pause', id);
    expect(known.stdout).toMatch(/paused/);
    expect(effects(project, 'slow started')).toBe(0);
    expect((await run(project, 'resume', id)).status).toBe(0);
    expect((await run(project, 'resume', id)).stdout).toMatch(/running already|completed|ended|^$/);
    expect((await run(project, 'wait', id)).stdout).toBe('done\n');
  });

  test('a run that is being cancelled cannot be paused', async () => {
    await using project = await actProject();
    await project.worker();
    await using app = await clientOf(project);
    const handle = await app.startWorkflow('StubbornWorkflow');
    await handle.query('ready');
    await handle.cancel();
    await expect(handle.pause()).rejects.toMatchObject({ code: 'PAUSE_IMPOSSIBLE' });
    await handle.signal('end');
    expect(await handle.result()).toBe('ended');
  });

  test('a handle from start pauses what continues its run', async () => {
    await using project = await actProject();
    await project.worker();
    await using app = await clientOf(project);
    const handle = await app.startWorkflow('ChainWorkflow', 0);
    await handle.signal('go');
    await expect.poll(async () => (await handle.describe()).runId, PATIENT).not.toBe(handle.runId);
    const outcome = await handle.pause({ by: 'test', reason: 'later' });
    expect(outcome).toMatchObject({
      state: 'paused',
      already: false,
      paused: { by: 'test', reason: 'later' },
    });
    expect(outcome.runId).not.toBe(handle.runId);
    await handle.signal('go');
    expect((await handle.query<RunStatus>('mcpa.status')).held).toBe(1);
    expect(await handle.resume()).toMatchObject({ already: false });
    expect(await handle.result()).toBe(1);
  });
});

const WHEN = ['before its first task', 'after it', 'across replay'] as const;

/** Brings a run to the moment; `worker` must run from then on. */
async function at(when: (typeof WHEN)[number], project: Project, act: () => Promise<void>): Promise<void> {
  if (when === 'before its first task') {
    await act();
    await project.worker();
    return;
  }
  const worker = await project.worker();
  await using app = await clientOf(project);
  await app.getHandle('it').query('mcpa.status');
  await act();
  if (when === 'after it') return;
  await worker.stop('SIGKILL');
  await project.worker();
}

describe.each(WHEN)('A8 and A9 by the command, %s', (when) => {
  test('A9: signal pause and resume on a workflow that knows nothing of them', async () => {
    await using project = await actProject();
    await start(project, 'LateStepsWorkflow', '--id', 'it');
    await at(when, project, async () => {
      expect((await run(project, 'signal', 'pause', 'it')).stdout).toBe('it signal pause sent\n');
    });
    const status = () => run(project, 'query', 'mcpa.status', 'it', '--json');
    expect(parsed('query', await status()).result).toMatchObject({ paused: { at: expect.any(String) } });
    await run(project, 'signal', 'go', 'it');
    expect(parsed('query', await status()).result).toMatchObject({ held: 1 });
    expect(effects(project, 'step 1')).toBe(0);
    expect((await run(project, 'signal', 'resume', 'it')).status).toBe(0);
    const finished = await run(project, 'wait', 'it');
    expect(finished.stdout, finished.stderr).toBe('2\n');
    expect(effects(project, 'step 2')).toBe(1);
  });

  test('A8: the workflow’s own handlers get the plain signals; mcpa pause is the gate’s', async () => {
    await using project = await actProject();
    await start(project, 'ControllableWorkflow', '--id', 'it');
    await at(when, project, async () => {
      for (const name of ['pause', 'go']) expect((await run(project, 'signal', name, 'it')).status).toBe(0);
    });
    const paused = await run(project, 'pause', 'it');
    expect(paused.stdout, paused.stderr).toBe('it paused\n');
    expect((await run(project, 'resume', 'it')).stdout).toBe('it running\n');
    await run(project, 'signal', 'resume', 'it');
    const finished = await run(project, 'wait', 'it');
    expect(JSON.parse(finished.stdout)).toEqual(['pause', 'go', 'resume']);
  });
});
