import { expect, test } from 'vitest';
import { answered, clientOf, MeasuredWorker, memoryProject, told } from './project.js';

const TURNS = 40;
/** Of three bytes each: 5 MB in all, where the engine takes 2 MB as the answer to a query, and gRPC 4. */
const CHARACTERS = 45_000;

test('a conversation of 5 MB in 85 messages is read back page by page, and by 20 agents at once', async () => {
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
}, 180_000);
