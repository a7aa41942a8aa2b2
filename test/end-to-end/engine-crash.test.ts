import { expect, test } from 'vitest';
import { Engines } from './engines.js';
import { count, effect, slowProject } from './slow-project.js';

const SCRIPT = `
turns:
  - when: { contains: "outcome of this call is unknown" }
    say: I was told.
  - when: { contains: "slow done" }
    say: It ended.
  - tools: [{ tool: slow, args: { ms: 4000 } }]
`;

test('C4: SIGKILL of the engine, restart on the same file: each open run goes on', async () => {
  await using engines = new Engines();
  const first = await engines.start(0);

  await using project = await slowProject(SCRIPT);
  project.env.TEMPORAL_ADDRESS = first.address;
  const worker = await project.worker();
  // One run in the middle of a tool call, one that waits for a signal.
  const waiting = await project.mcpa(['run', 'SignalledWorkflow', '--id', 'waiting', '--detach']).done;
  expect(waiting.status, waiting.stderr).toBe(0);
  const followed = project.mcpa(['run', 'SlowWorkflow', 'go', '--id', 'slow-1']);
  await effect(project, 'slow started');

  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  await first.stop();
  const second = await engines.start(first.port);
  expect(second.address).toBe(first.address);

  const finished = await followed.done;
  expect(finished.status, finished.stderr).toBe(0);
  expect(finished.stdout.trim()).toMatch(/^(It ended|I was told)\.$/);
  expect(count(project.read('effects.log'), 'slow started')).toBe(1);

  const { Connection, Client } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: second.address });
  await new Client({ connection }).workflow.getHandle('waiting').signal('say', 'hello again');
  await connection.close();
  const result = await project.mcpa(['wait', 'waiting']).done;
  expect(result.status, result.stderr).toBe(0);
  expect(result.stdout.trim()).toBe('hello again');
  expect((await worker.stop('SIGTERM')).status, worker.stderr).toBe(0);
});
