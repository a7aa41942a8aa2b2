import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { pageProject, script } from './project.js';

/** What a run's history has so far. */
type Counts = { signals: number; steps: number; modelCalls: number };

test('A8: pause and resume by handlers of the workflow, from the command, over a killed worker', async () => {
  await using project = await pageProject();
  const started = await project.mcpa(['run', 'ControllableWorkflow', 'task', '--id', project.queue, '-d'])
    .done;
  expect(started.status, started.stderr).toBe(0);
  const paused = await project.mcpa(['signal', 'pause', project.queue]).done;
  expect(paused.status, paused.stderr).toBe(0);
  const worker = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const temporal = app.open.client.workflow.getHandle(project.queue);
  const counts = async (): Promise<Counts> => {
    const { events = [] } = await temporal.fetchHistory();
    return {
      signals: events?.filter((event) => event.workflowExecutionSignaledEventAttributes).length ?? 0,
      steps: events?.filter((event) => event.workflowTaskCompletedEventAttributes).length ?? 0,
      modelCalls: events?.filter((event) => event.activityTaskScheduledEventAttributes).length ?? 0,
    };
  };
  await expect.poll(counts, { timeout: 60_000 }).toMatchObject({ signals: 1, steps: 1 });
  await worker.stop('SIGKILL');
  await project.worker();
  // A second pause is a step of the new worker: it has replayed, and is still held.
  await project.mcpa(['signal', 'pause', project.queue]).done;
  await expect.poll(counts, { timeout: 60_000 }).toEqual({ signals: 2, steps: 2, modelCalls: 0 });
  await project.mcpa(['signal', 'resume', project.queue]).done;
  const done = await project.mcpa(['wait', project.queue]).done;
  expect(done.status, done.stderr).toBe(0);
  expect(done.stdout.trim()).toBe('Done: task');
}, 180_000);

test("A8: signals from code, the page's script", async () => {
  await using project = await pageProject();
  await project.worker();
  const run = await script(project, 'signals.mjs').done;
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.trim()).toBe('Done: task');
}, 180_000);
