import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestEnvironment, scriptedModel } from 'mcpa/testing';

test('each reads the story, and the grader reads what all of them found', async () => {
  const env = await createTestEnvironment({
    model: scriptedModel([
      { when: { agent: 'proofreader', contains: 'Once' }, say: 'two typos' },
      { when: { agent: 'fact_checker', contains: 'Once' }, error: { class: 'content_refused' } },
      { when: { agent: 'style_enforcer', contains: 'Once' }, say: 'good style' },
      { when: { agent: 'grader' }, say: '{{last}}' },
    ]),
  });
  try {
    const asked = await env.run('GradeStoryWorkflow', 'Once upon a time');
    assert.match(asked, /<result from="proofreader">\ntwo typos/);
    assert.match(asked, /<result from="style_enforcer">\ngood style/);
    // One that fails stops nobody.
    assert.match(asked, /<failure from="fact_checker">/);
  } finally {
    await env.close();
  }
});
