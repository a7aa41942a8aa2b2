import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestEnvironment, scriptedModel } from 'mcpa/testing';

let env;
before(async () => {
  env = await createTestEnvironment({
    model: scriptedModel([{ say: 'a draft' }, { say: 'final, after: {{last}}' }]),
  });
});
after(() => env?.close());

/** The first question of a run, once it is asked. */
async function question(handle) {
  for await (const event of handle.events()) {
    const [asked] = await handle.questions();
    if (asked) return asked;
    if (event.type === 'completed') break;
  }
  throw new Error('the run ended without a question');
}

test('the answer reaches the model', async () => {
  const handle = await env.app.startWorkflow('InteractiveReviewWorkflow', 'a report');
  const asked = await question(handle);
  assert.equal(asked.prompt, 'Review this draft: a draft');
  await handle.answer({ text: 'shorter, please' });
  assert.match(await handle.result(), /final, after: .*shorter, please/s);
});
