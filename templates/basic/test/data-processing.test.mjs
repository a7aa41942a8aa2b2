import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createTestEnvironment, scriptedModel } from 'mcpa/testing';

test('reads the notes and writes the result', async () => {
  const env = await createTestEnvironment({
    model: scriptedModel([
      { tools: [{ tool: 'read_text_file', args: { path: 'notes.txt' } }] },
      { tools: [{ tool: 'write_file', args: { path: 'result.txt', content: '{{input}}' } }] },
      { say: 'done' },
    ]),
  });
  try {
    assert.equal(await env.run('DataProcessingWorkflow', 'numbers'), 'done');
    assert.match(readFileSync('data/result.txt', 'utf8'), /numbers/);
  } finally {
    await env.close();
  }
});
