import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Project } from '../project.js';
import { actProject, clientOf, effects, PATIENT, parsed, run, start } from './project.js';

describe('C7: cancel', () => {
  test('while paused: the gate opens, cleanup that cannot be cancelled runs, the run ends', async () => {
    await using project = await actProject();
    await project.worker();
    const started = project.mcpa(['run', 'CleanupWorkflow', '--id', 'tidy']);
    await expect.poll(() => effects(project, 'step 1'), PATIENT).toBe(1);
    expect((await run(project, 'pause', 'tidy')).stdout).toBe('tidy paused\n');
    const cancelled = await run(project, 'cancel', 'tidy');
    expect(cancelled.stdout, cancelled.stderr).toBe('tidy cancelled\n');
    expect(cancelled.status).toBe(0);
    expect(effects(project, 'step 99')).toBe(1);
    expect((await started.done).status).toBe(4);
  });

  test('while paused before anything started, and during a human wait', async () => {
    await using project = await actProject();
    await using app = await clientOf(project);
    const held = await app.start('CleanupWorkflow', { workflowId: 'held', args: [] });
    await held.signal('mcpa.pause');
    const review = await app.start('InteractiveReviewWorkflow', { workflowId: 'review', args: [{}] });
    await project.worker();
    await expect.poll(async () => (await review.questions()).length, PATIENT).toBe(1);
    for (const id of ['held', 'review']) {
      const cancelled = await run(project, 'cancel', id, '--json');
      expect(parsed('cancel', cancelled)).toMatchObject({ workflowId: id, status: 'cancelled' });
    }
    expect(effects(project, 'step 1')).toBe(0);
    expect(await review.questions().catch((error: Error) => error.message)).toEqual([]);
  });

  test('no worker: the request stands, status 7; a run that ended is RUN_CLOSED', async () => {
    await using project = await actProject();
    await start(project, 'SleepWorkflow', '--id', 'sleeper');
    const cancel = await run(project, 'cancel', 'sleeper', '--timeout', '500ms');
    expect(cancel.stderr).toMatch(/^error COMMAND_TIMEOUT: .*has the request/m);
    expect(cancel.status).toBe(7);
    const terminated = await run(project, 'terminate', '@last', '--reason', 'no longer wanted', '--json');
    expect(parsed('terminate', terminated)).toMatchObject({ workflowId: 'sleeper', status: 'terminated' });
    for (const act of ['cancel', 'terminate', 'pause', 'resume']) {
      const again = await run(project, act, 'sleeper');
      expect(again.stderr).toMatch(/^error RUN_CLOSED: .*terminated\nfix: mcpa result sleeper/);
      expect(again.status).toBe(2);
    }
    expect((await run(project, 'result', 'sleeper')).stderr).toMatch(/no longer wanted/);
  });
});

describe('batch', () => {
  test('lists what it touches, prints what became of each; the others are left alone', async () => {
    await using project = await actProject();
    await project.worker();
    const own = `TaskQueue = "${project.queue}"`;
    const sleepers = `${own} AND WorkflowType = "SleepWorkflow"`;
    for (const id of ['b1', 'b2']) await start(project, 'SleepWorkflow', '--id', id);
    await start(project, 'WordWorkflow', '--id', 'other');
    await using app = await clientOf(project);
    // The list lags behind the start.
    await expect.poll(async () => (await app.batch.find(own)).length, PATIENT).toBe(3);

    const unasked = await run(project, 'cancel', '--query', sleepers);
    expect(unasked.stderr).toMatch(/^error USAGE: .*\nfix: .*--yes/);
    expect(unasked.status).toBe(2);
    const paused = await run(project, 'pause', '--query', own, '--yes', '--json');
    const runs = parsed('pause', paused).runs as Array<{ workflowId: string; state: string }>;
    expect(runs.map(({ workflowId, state }) => [workflowId, state]).sort()).toEqual([
      ['b1', 'paused'],
      ['b2', 'paused'],
      ['other', 'paused'],
    ]);
    const resumed = await app.batch.resume(own);
    expect(resumed.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    const cancelled = await run(project, 'cancel', '--query', sleepers, '--yes');
    expect(cancelled.stdout.split('\n').sort()).toEqual(['', 'b1 cancelled', 'b2 cancelled']);
    expect(cancelled.stderr).toMatch(/ {2}b1 {2}SleepWorkflow\n/);
    expect(cancelled.status).toBe(0);
    const said = await run(project, 'signal', 'say', '--query', own, '--yes', '--input', 'hi');
    expect(said.stdout).toBe('other sent\n');
    expect((await run(project, 'result', 'other')).stdout).toBe('hi\n');
  });

  test('one that fails does not stop the others; the status is the gravest', async () => {
    await using project = await actProject();
    const query = `TaskQueue = "${project.queue}"`;
    for (const id of ['c1', 'c2']) await start(project, 'SleepWorkflow', '--id', id);
    await using app = await clientOf(project);
    await expect.poll(async () => (await app.batch.find(query)).length, PATIENT).toBe(2);
    // Without a worker a pause is not reached.
    const paused = await run(project, 'pause', '--query', query, '--yes');
    expect(paused.stderr).toMatch(/^c1 NO_WORKER: /m);
    expect(paused.stderr).toMatch(/^c2 NO_WORKER: /m);
    expect(paused.status).toBe(3);
    const found = await app.batch.find(query);
    await app.getHandle('c1').terminate();
    const cancelled = await app.batch.cancel(found, { timeoutMs: 300 });
    expect(
      Object.fromEntries(cancelled.map((item) => [item.workflowId, item.state ?? item.error])),
    ).toMatchObject({
      c1: 'terminated',
      c2: { code: 'COMMAND_TIMEOUT' },
    });
    const terminated = await run(project, 'terminate', '--query', query, '--yes');
    expect(terminated.stdout).toBe('c2 terminated\n');
    expect(terminated.status).toBe(0);
  });
});

describe('asked wrongly', () => {
  const cases: Array<[args: string[], words: RegExp]> = [
    [['cancel'], /^error USAGE: cancel wants to know which run\nfix: mcpa cancel ID, mcpa cancel @last/],
    [['terminate'], /^error USAGE: terminate wants/],
    [['cancel', 'x', '--query', 'y', '--yes'], /^error USAGE: .*exclude/],
    [['cancel', 'x', '--yes'], /^error USAGE: --yes goes with --query/],
    [['pause', '--timeout', 'soon'], /^error USAGE: --timeout: "soon"/],
    [['signal'], /^error USAGE: .*signal/],
    [['signal', 'x', '--input', '{'], /^error INPUT_NOT_JSON: /],
    [['update', 'x', '--input', 'a', '--args', '[]'], /^error USAGE: .*more than once/],
    [['query', 'x', '--timeout', '-1'], /^error USAGE: --timeout/],
    [['retry', 'x', '--timeout', '1s'], /^error USAGE: --timeout goes with --follow/],
    [['completion', 'tcsh'], /^error USAGE: .*tcsh.*\nfix: .*bash/],
    [['cancel', '--query', 'Nope ===', '--yes'], /^error USAGE: --query: .*\nfix: a filter/],
    [['resume', 'there-is-no-such-run'], /^error RUN_UNKNOWN: /],
  ];
  let project: Project;
  beforeAll(async () => {
    project = await actProject();
  });
  afterAll(() => project[Symbol.asyncDispose]());

  test.each(cases)('%s', async (args, words) => {
    const finished = await run(project, ...args);
    expect(finished.stderr).toMatch(words);
    expect(finished.stdout).toBe('');
    expect(finished.status).toBe(2);
  });
});
