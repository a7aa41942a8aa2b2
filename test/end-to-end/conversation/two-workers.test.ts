import { expect, test } from 'vitest';
import type { Project } from '../project.js';
import { clientOf, MeasuredWorker, memoryProject, told } from './project.js';

const TURNS = 10;
/** Characters of three bytes: 2 KB a message. */
const FILLER = 700;

/** With one slot each, no worker gets an activity without polling for it: the two take turns. */
async function bytesWith(project: Project, id: string): Promise<number> {
  await using app = await clientOf(project);
  const handle = await app.start<string>('TurnsWorkflow', { args: ['turn', TURNS, FILLER], workflowId: id });
  const said = (turn: number) => `turn ${turn} ${'漢'.repeat(FILLER)}`;
  expect(await handle.result()).toBe(told(said(0), said(1)));
  return Number((await handle.describe()).raw.workflowExecutionInfo?.historySizeBytes);
}

test('two workers that take turns: every answer right, history as long as with one', async () => {
  await using project = await memoryProject(undefined, 'max_concurrent_activities: 1');
  const first = await MeasuredWorker.start(project);
  const alone = await bytesWith(project, `alone-${project.queue}`);
  const second = await MeasuredWorker.start(project);
  const before = await first.lookups();
  const both = await bytesWith(project, `pairs-${project.queue}`);
  const [one, two] = await Promise.all([first.lookups(), second.lookups()]);
  const calls = 2 * TURNS + 1;
  console.log(`${alone} bytes alone, ${both} with two: ${JSON.stringify([one, two])}`);
  expect(two.first + two.hit + two.query).toBeGreaterThan(calls / 5);
  expect(one.hit + one.query - before.hit - before.query).toBeGreaterThan(calls / 5);
  expect(one.query + two.query).toBeGreaterThan(calls / 5);
  expect(one.miss + two.miss).toBe(0);
  expect(Math.abs(both / alone - 1)).toBeLessThan(0.02);
}, 120_000);
