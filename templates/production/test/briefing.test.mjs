import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestEnvironment, scriptedModel } from 'mcpa/testing';

test('notes first, then the briefing', async () => {
  const env = await createTestEnvironment({
    model: scriptedModel([{ say: 'notes' }, { when: { contains: 'briefing' }, say: 'a briefing of {{input}}' }]),
  });
  try {
    assert.equal(await env.run('BriefingWorkflow', 'tides'), 'a briefing of tides');
  } finally {
    await env.close();
  }
});
