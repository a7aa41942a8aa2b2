import { expect, test } from 'vitest';
import { answered, clientOf, MeasuredWorker, memoryProject, told } from './project.js';

const AGENTS = 20;

test('20 agents of one run ask at once, on a worker that knows none of them', async () => {
  await using project = await memoryProject();
  await using app = await clientOf(project);
  const first = await MeasuredWorker.start(project);
  const handle = await app.start<string[]>('CrowdWorkflow', { args: [AGENTS] });
  await answered(handle, 4 * AGENTS);
  expect(await first.lookups()).toMatchObject({ first: AGENTS, hit: 3 * AGENTS, query: 0, miss: 0 });
  await first.command.stop();
  const second = await MeasuredWorker.start(project);
  await handle.signal('say', 'go');
  expect(await handle.result()).toEqual(
    Array.from({ length: AGENTS }, (_, n) => told(`number ${n}`, `again ${n}`)),
  );
  expect(await second.lookups()).toMatchObject({ hit: 0, query: AGENTS, miss: 0, resend: 0 });
}, 120_000);
