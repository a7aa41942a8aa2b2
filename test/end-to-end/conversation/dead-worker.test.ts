import { expect, test } from 'vitest';
import type { Project } from '../project.js';
import { answered, clientOf, MeasuredWorker, memoryProject, pending } from './project.js';

/** The grace time of a worker that ends, and half of it: the queries that follow would take longer. */
const GRACE_MS = 10_000 + 5_000;

/** No tools: a worker that has just started needs none of its servers. */
const WORKFLOW = `
import { Agent } from 'mcpa/workflow';
export async function TalkWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'talker', instruction: 'Talk.' });
  await agent.generateStr('one');
  await agent.generateStr('two');
  return agent.generateStr('recall');
}
`;
const SCRIPT = `
turns:
  - when: { contains: recall }
    say: "{{input}}, I recall"
  - when: { matches: "one|two" }
    say: noted
`;
const TOLD = 'one, I recall';
const STUCK = SCRIPT.replace(
  'say: "{{input}}, I recall"',
  'error: { class: overloaded, retryAfterMs: 2000 }',
);

async function talkProject() {
  const project = await memoryProject(STUCK);
  project.write('workflows/talk.ts', WORKFLOW);
  return project;
}

/** A run whose last model call is about to be tried again by whoever polls, and whose worker has just died. */
async function orphaned(project: Project) {
  const app = await clientOf(project);
  const first = await MeasuredWorker.start(project);
  const handle = await app.start<string>('TalkWorkflow', {});
  await answered(handle, 2);
  await expect
    .poll(async () => (await pending(handle))?.lastFailure?.message, { timeout: 20_000, interval: 20 })
    .toMatch(/asks for this error/);
  await first.command.stop('SIGKILL');
  project.write('script.yaml', SCRIPT);
  return { app, handle };
}

test('a worker killed in mid-run: its successor reads the conversation past the dead sticky queue', async () => {
  await using project = await talkProject();
  await using prepared = await MeasuredWorker.prepare(project);
  const { app, handle } = await orphaned(project);
  await using _ = app;
  const second = await prepared.poll();
  expect(await handle.result()).toBe(TOLD);

  const { events } = await app.open.client.workflow.getHandle(handle.workflowId).fetchHistory();
  const attempts = (events ?? []).filter((event) => event.activityTaskStartedEventAttributes);
  expect(attempts.at(-1)?.activityTaskStartedEventAttributes?.identity).toMatch(`${second.pid}@`);
  const { resets, ...found } = await second.lookups();
  expect(found).toEqual({ first: 0, hit: 0, query: 1, miss: 0, resend: 0 });
  // The engine gives the dead queue up after as long as the query waits: either may be first.
  expect(resets).toBeLessThanOrEqual(1);
}, 120_000);

test('SIGTERM while a query hangs: the worker ends within its grace, the run goes on elsewhere', async () => {
  await using project = await talkProject();
  await using prepared = await MeasuredWorker.prepare(project);
  const { app, handle } = await orphaned(project);
  await using _ = app;
  const second = await prepared.poll();
  await expect
    .poll(async () => (await pending(handle))?.lastWorkerIdentity, { timeout: 20_000, interval: 10 })
    .toMatch(`${second.pid}@`);
  // The query hangs at the dead worker's queue; from here on this worker polls no workflow task either.
  const from = Date.now();
  const { status } = await second.command.stop('SIGTERM');
  const took = Date.now() - from;
  console.log(`a worker whose query hung ended ${took} ms after SIGTERM`);
  expect(status).toBe(0);
  expect(took).toBeLessThan(GRACE_MS);
  const third = await MeasuredWorker.start(project);
  expect(await handle.result()).toBe(TOLD);
  expect((await third.lookups()).query).toBe(1);
}, 120_000);
