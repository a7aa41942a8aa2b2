import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestEnvironment, scriptedModel } from 'mcpa/testing';

/** The router's answer to a request that has this word. */
const route = (word, ...names) => ({
  when: { agent: 'router', matches: `<request>.*${word}` },
  json: { choices: names.map((name) => ({ name, confidence: 'high', reason: `it says "${word}"` })) },
});

let env;
before(async () => {
  env = await createTestEnvironment({
    model: scriptedModel([
      route('poem', 'writer'),
      route('page', 'fetch'),
      route('lost', 'help'),
      route('impossible'),
      { when: { agent: 'writer', contains: 'poem' }, say: 'a poem' },
      { when: { agent: 'fetch', contains: 'page' }, say: 'a page' },
    ]),
  });
});
after(() => env?.close());

const serve = (request) => env.run('RouteRequestWorkflow', request);

test('an agent, an MCP server or a function serves the request', async () => {
  assert.deepEqual(await serve('a poem'), {
    by: 'writer',
    confidence: 'high',
    reason: 'it says "poem"',
    answer: 'a poem',
  });
  const page = await serve('that page');
  assert.deepEqual([page.by, page.answer], ['fetch', 'a page']);
  const help = await serve('I am lost');
  assert.deepEqual([help.by, help.answer.slice(0, 7)], ['help', 'Ask for']);
});

test('a request that nobody can serve fails the run', async () => {
  await assert.rejects(serve('the impossible'), /nobody here can serve this: the impossible/);
});
