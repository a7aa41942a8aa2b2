import { expect, test } from 'vitest';
import { classifyIntent, type Route, router } from '../../../src/core/index.js';
import { named, scripted } from './scripted.js';

const writer = () => scripted('writer', (prompt) => `written: ${prompt}`);
const routes = (): Route[] => [
  { agent: writer() },
  { server: 'fetch', description: 'Reads web pages' },
  { name: 'shout', description: 'Says it loudly', run: (text) => text.toUpperCase() },
];
const choice = (name: string, confidence = 'high') => ({ name, confidence, reason: `because ${name}` });

test('routes to an agent, a server and a function, best first, top k', async () => {
  const clerk = scripted('clerk', [
    { choices: ['shout', 'writer', 'shout', 'fetch'].map((name) => choice(name)) },
  ]);
  const served = scripted('fetch', (prompt) => `fetched: ${prompt}`);
  const all = await router('hello', { router: clerk, routes: routes(), topK: 3, serverAgent: () => served });
  expect(all).toMatchObject([
    { name: 'shout', kind: 'function', confidence: 'high', reason: 'because shout' },
    { name: 'writer', kind: 'agent' },
    { name: 'fetch', kind: 'server' },
  ]);
  expect(await Promise.all(all.map((each) => each.run()))).toEqual([
    'HELLO',
    'written: hello',
    'fetched: hello',
  ]);
  expect(await all[0]?.run('other')).toBe('OTHER');
  expect(clerk.prompts[0]).toContain(
    '- writer (agent): what writer is for\n- fetch (server): Reads web pages\n',
  );
});

test('top k is one unless you say so; none fitting is an empty list', async () => {
  const one = scripted('clerk', [{ choices: [choice('fetch'), choice('writer')] }]);
  expect(await router('x', { router: one, routes: routes() })).toHaveLength(1);
  const none = scripted('clerk', [{ choices: [] }]);
  expect(await router('x', { router: none, routes: routes() })).toEqual([]);
});

test('a name that is no route is asked for again, twice', async () => {
  const clerk = scripted('clerk', [{ choices: [choice('nobody')] }, { choices: [choice('writer', 'sure')] }]);
  const [best] = await router('x', { router: clerk, routes: routes() });
  expect(best).toMatchObject({ name: 'writer', confidence: 'low' });
  expect(clerk.prompts[1]).toContain('"nobody" is none of writer, fetch, shout');
  const stubborn = scripted('clerk', () => ({ choices: [choice('nobody')] }));
  await expect(router('x', { router: stubborn, routes: routes() })).rejects.toMatchObject({
    name: 'PatternError',
    reason: 'answer_invalid',
  });
  expect(stubborn.prompts).toHaveLength(3);
});

test('an agent that never answers by the schema is no other error than one that names no route', async () => {
  const gaveUp = named('StructuredOutputError', 'clerk: it is not JSON');
  const clerk = scripted('clerk', [gaveUp]);
  await expect(router('x', { router: clerk, routes: routes() })).rejects.toMatchObject({
    name: 'PatternError',
    reason: 'answer_invalid',
    message: 'clerk: it is not JSON',
  });
  const down = new Error('down');
  await expect(router('x', { router: scripted('clerk', [down]), routes: routes() })).rejects.toBe(down);
});

test('wrong use is told at once', async () => {
  const clerk = scripted('clerk', []);
  await expect(router('x', { router: clerk, routes: [] })).rejects.toThrow(TypeError);
  const twice = [{ agent: writer() }, { agent: writer() }];
  await expect(router('x', { router: clerk, routes: twice })).rejects.toThrow(/two have the name "writer"/);
  await expect(router('x', { router: clerk, routes: routes(), topK: 0 })).rejects.toThrow(/topK/);
});

test('classifyIntent: score within bounds, entities, examples in the prompt', async () => {
  const answer = { ...choice('track'), score: 3, entities: [{ name: 'parcel', value: '42' }] };
  const classifier = scripted('classifier', [{ choices: [answer, choice('complain')] }]);
  const intents = [
    { name: 'track', description: 'Asks for a delivery.', examples: ['Where is it?'] },
    { name: 'complain', description: 'Is angry' },
  ];
  const found = await classifyIntent('Where is 42?', { classifier, intents, topK: 2 });
  expect(found).toMatchObject([
    { name: 'track', score: 1, entities: [{ name: 'parcel', value: '42' }] },
    { name: 'complain', score: 0, entities: [] },
  ]);
  expect(classifier.prompts[0]).toContain('- track: Asks for a delivery. For example: "Where is it?"');
});
