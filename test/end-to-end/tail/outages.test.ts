import { expect, inject, test } from 'vitest';
import { startEngineProxy } from '../engine-proxy.js';
import { Engines } from '../engines.js';
import { durable, eventsOf, said } from './lines.js';
import { tailProject } from './project.js';

test('a worker killed, the engine killed and restarted, the client restarted: no event is lost or told twice', async () => {
  await using engines = new Engines();
  const first = await engines.start(0);
  await using project = await tailProject();
  project.env.TEMPORAL_ADDRESS = first.address;
  const worker = await project.worker();
  await project.mcpa(['run', 'SlowStepsWorkflow', '--args', '[8]', '--id', 'slow', '--detach']).done;
  const whole = project.mcpa(['tail', 'slow', '--json']);
  const cut = project.mcpa(['tail', 'slow', '--json']);
  await whole.output(/"type":"model_call_completed"[^\n]*"turn":2/);
  await worker.stop('SIGKILL');
  await project.worker();
  await cut.output(/"type":"turn_started"[^\n]*"turn":5/);
  await cut.stop('SIGKILL');

  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  await first.stop();
  await whole.output(/"type":"engine_lost"/);
  await engines.start(first.port);

  // A line that was cut off is no line.
  const before = durable(eventsOf(cut.stdout.slice(0, cut.stdout.lastIndexOf('\n') + 1)));
  const resumed = project.mcpa(['tail', 'slow', '--json', '--from', before.at(-1)?.cursor ?? '']);
  const all = await whole.done;
  expect(all.status, all.stderr).toBe(0);
  const told = durable(eventsOf(all.stdout)).map(said);
  const rest = durable(eventsOf((await resumed.done).stdout));
  expect([...before, ...rest].map(said)).toEqual(told);
  const replay = await project.mcpa(['tail', 'slow', '--json']).done;
  expect(durable(eventsOf(replay.stdout)).map(said)).toEqual(told);
  const workers = durable(eventsOf(all.stdout)).filter(({ type }) => type === 'task_started');
  expect(workers.length).toBeGreaterThanOrEqual(2);
}, 180_000);

test('SIGKILL of run and of tail: the run goes on, and wait elsewhere prints its result', async () => {
  await using project = await tailProject();
  await project.worker();
  const id = `killed-${project.queue}`;
  const run = project.mcpa(['run', 'SlowStepsWorkflow', '--args', '[3]', '--id', id]);
  await run.output(/slow turn 1/);
  const tail = project.mcpa(['tail', id, '--json']);
  await tail.output(/"turn":2/);
  await run.stop('SIGKILL');
  await tail.stop('SIGKILL');
  const wait = await project.mcpa(['wait', id], '/').done;
  expect(wait.status, wait.stderr).toBe(0);
  expect(wait.stdout.trim()).toBe('3');
});

test('pages that the engine gives up under way: each event once, to the end', async () => {
  await using project = await tailProject();
  await project.worker();
  let refused = 0;
  await using proxy = await startEngineProxy(inject('engine').address, {
    refuse: (path, before) => {
      if (!path.endsWith('/GetWorkflowExecutionHistory') || ![2, 4, 5].includes(before)) return undefined;
      refused++;
      // INVALID_ARGUMENT, with the words of the server's CurrentBranchChanged.
      return { status: 3, message: "Current and request branch tokens don't match." };
    },
  });
  const id = `given-up-${project.queue}`;
  await project.mcpa(['run', 'SlowStepsWorkflow', '--args', '[3]', '--id', id, '--detach']).done;
  const env = { ...project.env, TEMPORAL_ADDRESS: proxy.address };
  const tail = await project.mcpa(['tail', id, '--json'], project.dir, env).done;
  expect(tail.status, tail.stderr).toBe(0);
  expect(refused).toBe(3);
  const again = await project.mcpa(['tail', id, '--json']).done;
  expect(durable(eventsOf(tail.stdout)).map(said)).toEqual(durable(eventsOf(again.stdout)).map(said));
});
