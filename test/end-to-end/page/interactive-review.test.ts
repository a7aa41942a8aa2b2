import { expect, test } from 'vitest';
import { pageProject, script } from './project.js';

const DRAFT = 'A draft (Review: tea).';
const DONE = /A better draft\. You said: Improve draft.*\nFeedback: Shorter, please\./;

test('A7: answered from another terminal, after the worker was killed', async () => {
  await using project = await pageProject();
  const worker = await project.worker();
  const run = project.mcpa(['run', 'InteractiveReviewWorkflow', 'tea', '--id', project.queue]);
  await run.output(/Review this draft/);
  await worker.stop('SIGKILL');
  await project.worker();
  const inbox = await project.mcpa(['inbox']).done;
  expect(inbox.stdout).toContain(`Review this draft: ${DRAFT}`);
  const answer = await project.mcpa(['answer', project.queue, '--text', 'Shorter, please.']).done;
  expect(answer.status, answer.stderr).toBe(0);
  const finished = await run.done;
  expect(finished.status, finished.stderr).toBe(0);
  expect(finished.stdout).toMatch(DONE);
}, 180_000);

test("A7: answered from code, the page's script; a worker of one's own hosts it", async () => {
  await using project = await pageProject();
  const worker = script(project, 'own-worker.mjs');
  try {
    await worker.output(/Worker started/);
    const run = project.mcpa(['run', 'InteractiveReviewWorkflow', 'tea']);
    await run.output(/Review this draft/);
    const answer = await script(project, 'answer.mjs').done;
    expect(answer.status, answer.stderr).toBe(0);
    expect(answer.stdout).toContain(DRAFT);
    const finished = await run.done;
    expect(finished.stdout, finished.stderr).toMatch(DONE);
  } finally {
    await worker.stop('SIGKILL');
  }
}, 180_000);

test('A7: nobody answers in time: the run fails, and says so', async () => {
  await using project = await pageProject();
  await project.worker();
  const run = await project.mcpa(['run', 'InteractiveReviewWorkflow', '--args', '["tea", "1s"]']).done;
  expect(run.status).toBe(1);
  expect(run.stderr).toMatch(/no answer to "Review this draft: A draft \(Review: tea\)\." within 1s/);
}, 180_000);
