import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestEnvironment, scriptedModel } from 'mcpa/testing';

const draft = (text) => ({ when: { agent: 'writer' }, say: text });
const rated = (matches, rating) => ({
  when: { agent: 'critic', matches },
  json: { rating, feedback: `${rating} is not enough`, needsImprovement: true, focusAreas: [] },
});

let env;
before(async () => {
  env = await createTestEnvironment({
    model: scriptedModel([
      ...['letter one', 'letter two', 'letter three', 'letter four'].map(draft),
      rated('dream.*letter two', 'GOOD'),
      rated('dream', 'FAIR'),
      rated('letter one', 'GOOD'),
      rated('letter two', 'EXCELLENT'),
    ]),
  });
});
after(() => env?.close());

test('the letter is refined until it is excellent', async () => {
  const result = await env.run('CoverLetterWorkflow', 'a job');
  assert.deepEqual(result, { letter: 'letter two', rating: 'EXCELLENT', attempts: 2 });
});

test('after three refinements the best letter is taken', async () => {
  const result = await env.run('CoverLetterWorkflow', 'a dream of a job');
  assert.deepEqual(result, { letter: 'letter two', rating: 'GOOD', attempts: 4 });
});
