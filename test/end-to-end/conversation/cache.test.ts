import { expect, test } from 'vitest';
import { answered, clientOf, configure, MeasuredWorker, memoryProject, told } from './project.js';

/** Three bytes a character: 90 KB a message. */
const FILLER = 30_000;
const RUNS = 20;

async function manyRuns(megabytes: number) {
  await using project = await memoryProject();
  configure(project, (text) => `${text}\nconversation: { cache_mb: ${megabytes} }\n`);
  const worker = await MeasuredWorker.start(project);
  await using app = await clientOf(project);
  const handles = await Promise.all(
    Array.from({ length: RUNS }, (_, n) =>
      app.start<string>('WaitingWorkflow', { args: [`run ${n}`, 2, FILLER] }),
    ),
  );
  await Promise.all(handles.map((handle) => answered(handle, 6)));
  await Promise.all(handles.map((handle) => handle.signal('say', 'go')));
  const results = await Promise.all(handles.map((handle) => handle.result()));
  return { results, lookups: await worker.lookups() };
}

const EXPECTED = Array.from({ length: RUNS }, (_, n) => told(`run ${n}`, `run ${n} again`));

test('20 runs at once whose conversations fit conversation.cache_mb: none is read twice', async () => {
  const { results, lookups } = await manyRuns(64);
  expect(results).toEqual(EXPECTED);
  expect(lookups).toEqual({ first: RUNS, hit: 6 * RUNS, query: 0, miss: 0, resend: 0, resets: 0 });
}, 120_000);

test('20 runs at once in a cache for five of them: what fell out is read back, each answer is of its own run', async () => {
  const { results, lookups } = await manyRuns(1);
  expect(results).toEqual(EXPECTED);
  console.log(`with 1 MB: ${JSON.stringify(lookups)}`);
  // After the word each run is the least recently used one when its turn comes.
  expect(lookups.query).toBeGreaterThanOrEqual(RUNS / 2);
  expect(lookups.miss).toBe(0);
  expect(lookups.first + lookups.hit + lookups.query).toBe(7 * RUNS);
}, 120_000);
