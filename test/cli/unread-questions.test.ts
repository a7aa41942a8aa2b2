import { expect, test } from 'vitest';
import type { Terminal } from '../../src/cli/human/ask.js';
import { fillIn, permit } from '../../src/cli/human/ask-tool.js';
import { questionForm } from '../../src/serve/run/question-form.js';

/** As a run's memo has a question whose form, or whose messages, are too long for it. */
const short = { id: 'q1', prompt: 'Who comes?', askedAt: '2026-11-24T00:00:00Z' };

test('what no worker tells is not asked: nobody answers a form, or a request to the model, that was not shown', async () => {
  const nobody = {} as Terminal;
  await expect(fillIn({ ...short, kind: 'form' }, nobody)).rejects.toMatchObject({
    code: 'NO_WORKER',
    message: 'the form of question q1 is long, and no worker answers that could tell it',
  });
  await expect(permit({ ...short, kind: 'sampling' }, nobody)).rejects.toMatchObject({ code: 'NO_WORKER' });
  expect(questionForm({ ...short, kind: 'form' }, { form: true, url: true })).toBeUndefined();
});
