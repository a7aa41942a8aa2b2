import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { hostRuns } from './host-runs.js';
import { hostProject, turnsScript } from './project.js';

test('a conversation over 512 KB goes over in pages; what is older than the run before may be deleted', async () => {
  await using project = await hostProject(turnsScript(120, '', 12_000), 16);
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('LongWorkflow', 'begin');
  let over = false;
  const result = handle.result().finally(() => {
    over = true;
  });
  const deleted = new Set<string>();
  while (!over) {
    // All but the newest two: the newest may be reading from the one before it.
    for (const { workflowId, runId } of (await hostRuns(app, handle.workflowId)).slice(0, -2)) {
      if (deleted.has(runId)) continue;
      deleted.add(runId);
      await app.open.client.workflowService.deleteWorkflowExecution({
        namespace: app.config.temporal.namespace,
        workflowExecution: { workflowId, runId },
      });
    }
  }
  expect(await result).toEqual(['done after 120', '121', 'again']);
  expect(deleted.size).toBeGreaterThanOrEqual(2);
});

test('a worker that is killed again and again loses no turn and repeats none', async () => {
  await using project = await hostProject(turnsScript(60));
  await using app = await connect({ cwd: project.dir, env: project.env });
  let worker = await project.worker();
  const handle = await app.startWorkflow('LongWorkflow', 'begin');
  for (let kills = 0; kills < 3; kills++) {
    const seen = (await hostRuns(app, handle.workflowId)).length;
    await expect
      .poll(async () => (await hostRuns(app, handle.workflowId)).length, { timeout: 30_000, interval: 5 })
      .toBeGreaterThan(seen);
    await worker.stop('SIGKILL');
    worker = await project.worker();
  }
  expect(await handle.result()).toEqual(['done after 60', '61', 'again']);
});

test('user code that continues as new takes its agent along', async () => {
  await using project = await hostProject(turnsScript(2), 3_072);
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('SnapshotWorkflow', 1);
  expect(await handle.result()).toBe('this is round 3 after round 1');
});

test('an agent that has moved is taken along, and forked, too', async () => {
  await using project = await hostProject(turnsScript(20));
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const chain = await app.startWorkflow('SnapshotWorkflow', 1);
  const forks = await app.startWorkflow('ForkingWorkflow', 'begin');
  expect(await chain.result()).toBe('this is round 3 after round 1');
  expect(await forks.result()).toEqual(['again', 'another way']);
});
