import { expect, test } from 'vitest';
import { answered, clientOf, MeasuredWorker, memoryProject, told } from './project.js';

const TURNS = 40;
/** Of three bytes each: 5 MB in all, where the engine takes 2 MB as the answer to a query, and gRPC 4. */
const CHARACTERS = 45_000;

test('a conversation of 5 MB in 90 messages is read back page by page; its history of as much is shown', async () => {
  await using project = await memoryProject();
  await using app = await clientOf(project);
  const first = await MeasuredWorker.start(project);
  const handle = await app.start<string>('WaitingWorkflow', { args: ['large', TURNS, CHARACTERS] });
  await answered(handle, 4 + TURNS);
  await first.command.stop();
  const second = await MeasuredWorker.start(project);
  await handle.signal('say', 'go');
  expect(await handle.result()).toBe(told('large', 'large again'));
  expect(await second.lookups()).toMatchObject({ hit: 0, query: 1, miss: 0, resend: 0 });

  // One page of history, over gRPC's own limit.
  const messages = await project.mcpa(['messages', handle.workflowId, '--json']).done;
  expect(messages.status, messages.stderr).toBe(0);
  expect(messages.stdout.length).toBeGreaterThan(TURNS * CHARACTERS);
  const tail = await project.mcpa(['tail', handle.workflowId]).done;
  expect(tail.status, tail.stderr).toBe(0);
  const described = await project.mcpa(['describe', handle.workflowId, '--json']).done;
  expect(JSON.parse(described.stdout)).toMatchObject({ status: 'completed', totals: { turns: 5 + TURNS } });
}, 180_000);
