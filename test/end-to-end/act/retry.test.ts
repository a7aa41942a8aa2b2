import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunMemo } from '../../../src/core/index.js';
import type { Project } from '../project.js';
import { actProject, clientOf, effects, parsed, run, start } from './project.js';

/** When each model call of the newest run was made. */
async function modelCalls(project: Project, workflowId: string): Promise<string[]> {
  await using app = await clientOf(project);
  const { events } = await app.open.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap((event) =>
    event.activityTaskScheduledEventAttributes?.activityType?.name === 'mcpa.generate'
      ? [`${event.eventTime?.seconds}.${event.eventTime?.nanos}`]
      : [],
  );
}

test('a failed run goes on from before the failing step: nothing before it is repeated', async () => {
  await using project = await actProject();
  await project.worker();
  project.write('broken', '');
  const failed = await run(project, 'run', 'ThreeStepsWorkflow', '--id', 'three');
  expect(failed.status).toBe(1);
  const before = await modelCalls(project, 'three');
  expect(before).toHaveLength(1);
  rmSync(join(project.dir, 'broken'));
  const retried = await run(project, 'retry', 'three', '--json');
  const outcome = parsed('retry', retried);
  expect(outcome).toMatchObject({ workflowId: 'three', step: 'activity mcpa.callTool', repeated: [] });
  expect(outcome.runId).not.toBe(outcome.failedRunId);
  const finished = await run(project, 'wait', 'three');
  expect(finished.stdout, finished.stderr).toBe('hello bye\n');
  const counts = [1, 2, 3].map((n) => effects(project, `step ${n}`));
  expect(counts).toEqual([1, 1, 2]);
  // The first model call stands in the new run's history as it was made then.
  const after = await modelCalls(project, 'three');
  expect(after).toHaveLength(2);
  expect(after[0]).toBe(before[0]);
  await using app = await clientOf(project);
  const { memo } = await app.getHandle('three').describe();
  expect((memo as { mcpa: RunMemo }).mcpa).toMatchObject({ final: true, turns: 2, toolCalls: 3 });

  const again = await run(project, 'retry', 'three');
  expect(again.stderr).toMatch(/^error RETRY_IMPOSSIBLE: .*has completed.*\nfix: mcpa result/);
  expect(again.status).toBe(2);
});

test('steps started together are done together again, and that is said; --follow prints the result', async () => {
  await using project = await actProject();
  await project.worker();
  project.write('broken', '');
  expect((await run(project, 'run', 'FanOutWorkflow', '--id', 'fan')).status).toBe(1);
  rmSync(join(project.dir, 'broken'));
  const finished = await run(project, 'retry', 'fan', '--follow');
  expect(finished.stdout, finished.stderr).toBe('3\n');
  expect(finished.stderr).toMatch(/made again, .*: 2 calls that had completed/);
  expect(finished.status).toBe(0);
  expect(effects(project, 'step 3')).toBe(2);
});

test('a defect of the code: only the last task runs anew, with the code as it is then', async () => {
  await using project = await actProject();
  const worker = await project.worker();
  expect((await run(project, 'run', 'ThrowsWorkflow', '--id', 'defect')).status).toBe(1);
  const source = project.read('workflows/act.ts');
  project.write(
    'workflows/act.ts',
    source.replace("throw new Error('a defect of the code');", "return 'mended';"),
  );
  await worker.stop();
  await project.worker();
  const finished = await run(project, 'retry', 'defect', '--follow');
  expect(finished.stdout, finished.stderr).toBe('mended\n');
  expect(effects(project, 'step 1')).toBe(1);
});

test('terminated, cancelled and out of time: each goes on where it was; a question is asked again', async () => {
  await using project = await actProject();
  await project.worker();
  await using app = await clientOf(project);

  await start(project, 'WordWorkflow', '--id', 'ended');
  await app.getHandle('ended').query('state');
  await run(project, 'terminate', 'ended');
  expect((await run(project, 'retry', 'ended')).status).toBe(0);
  const open = await run(project, 'retry', 'ended');
  expect(open.stderr).toMatch(/^error RETRY_IMPOSSIBLE: .*goes on\nfix: mcpa wait ended/);
  expect(open.status).toBe(2);
  await run(project, 'cancel', 'ended');
  expect((await run(project, 'retry', 'ended')).status).toBe(0);
  await run(project, 'signal', 'say', 'ended', '--input', 'again');
  expect((await run(project, 'wait', 'ended')).stdout).toBe('again\n');

  expect((await run(project, 'run', 'DeadlineWorkflow', '--id', 'asks')).status).toBe(1);
  const handle = app.getHandle<string>('asks');
  const retried = await handle.retry();
  await expect(retried.result()).rejects.toMatchObject({ message: expect.stringContaining('Go on?') });
  const answered = await handle.retry();
  await answered.answer({ text: 'yes' });
  expect(await answered.result()).toBe('answered yes');

  const late = await app.start('WordWorkflow', { workflowId: 'late', executionTimeoutMs: 1_500 });
  await late.query('state');
  await expect(late.result()).rejects.toMatchObject({ code: 'RUN_TIMED_OUT' });
  const resumed = await late.retry();
  await resumed.signal('say', 'in time');
  expect(await resumed.result()).toBe('in time');
});

test('a run that never took a step has none to go back to', async () => {
  await using project = await actProject();
  const id = await start(project, 'WordWorkflow');
  await run(project, 'terminate', id);
  const retried = await run(project, 'retry', id);
  expect(retried.stderr).toMatch(/^error RETRY_IMPOSSIBLE: .*before its first step\nfix: start a new run/);
  expect(retried.status).toBe(2);
});
