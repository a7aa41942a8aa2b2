import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import type { RunStatus } from '../../../src/core/index.js';
import { operateProject } from './project.js';

test('A7: a question is answered by update; a second answer is refused with the reason', async () => {
  await using project = await operateProject();
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('TwoQuestionsWorkflow');
  await expect.poll(async () => (await handle.describe()).searchAttributes.McpaState).toEqual(['human']);
  const temporal = app.open.client.workflow.getHandle(handle.workflowId);
  const answer = (answerId: string, more: object) =>
    temporal.executeUpdate('mcpa.answer', { args: [{ answerId, ...more }] });
  await expect(answer('a0', { text: 'x' })).rejects.toThrow();
  await answer('a1', { question: 'q2', text: 'two', by: 'me' });
  await expect(answer('a2', { question: 'q2', text: 'again' })).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/q2 was answered at .* by me/) },
  });
  // The same answer once more is no second answer.
  await answer('a1', { question: 'q2', text: 'two', by: 'me' });
  await handle.signal('mcpa.answer', { answerId: 'a3', question: 'q2', text: 'late' });
  expect((await handle.query<RunStatus>('mcpa.status')).refused).toMatchObject([{ answerId: 'a3' }]);
  await handle.signal('provide_human_input', { response: 'one' });
  expect(await handle.result()).toEqual(['one', 'two']);
});

test('an answer that comes before its question is kept', async () => {
  await using project = await operateProject();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('InteractiveReviewWorkflow', {});
  await handle.signal('provide_human_input', { response: 'fine' });
  await project.worker();
  expect(await handle.result()).toBe('reviewed: fine');
});

test('a question times out with a typed error, or with its default', async () => {
  await using project = await operateProject();
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const fails = await app.startWorkflow('InteractiveReviewWorkflow', { timeout: '200ms' });
  await expect(fails.result()).rejects.toMatchObject({
    code: 'RUN_FAILED',
    message: expect.stringContaining('Is this draft good?'),
    cause: { type: 'HumanInputTimeout' },
  });
  const takes = await app.startWorkflow('InteractiveReviewWorkflow', { timeout: '200ms', fallback: 'skip' });
  expect(await takes.result()).toBe('reviewed: skip');
});
