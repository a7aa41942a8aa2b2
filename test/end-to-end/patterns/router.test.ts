import { afterAll, beforeAll, expect, test } from 'vitest';
import { KILLED_MS, PatternProject } from './project.js';

const choice = (name: string, confidence = 'high') =>
  `{ name: ${name}, confidence: ${confidence}, reason: "${name} does that" }`;
const script = (delayMs = 0) => `
conversations:
  router:
    - when: { matches: '- writer \\(agent\\): Writes letters.*<request>\\nWrite' }
      json: { choices: [${choice('writer')}, ${choice('print_hello', 'low')}, ${choice('fixture', 'low')}] }
    - when: { contains: "<request>\\nAdd" }
      json: { choices: [${choice('fixture')}] }
    - when: { contains: "<request>\\nGreet" }
      json: { choices: [${choice('nobody')}] }
    - when: { contains: '"nobody" is none of' }
      json: { choices: [${choice('print_hello', 'medium')}] }
  writer: [{ say: "Dear Ada" }]
  fixture:
    - tools: [{ tool: add, args: { a: 2, b: 3 } }]
    - { say: "It is {{result.0}}", delayMs: ${delayMs} }
  classifier:
    - json: { choices: [{ name: track, confidence: high, reason: asks, score: 0.9, entities: [{ name: parcel, value: "42" }] }] }
`;

let patterns: PatternProject;
beforeAll(async () => {
  patterns = await PatternProject.create(script());
});
afterAll(() => patterns?.[Symbol.asyncDispose]());

test('B3: to an agent; at most two choices, with confidence and reason', async () => {
  expect(await patterns.run('RouterWorkflow', 'Write a letter', 'agent')).toEqual({
    choices: [
      { name: 'writer', kind: 'agent', confidence: 'high', reason: 'writer does that' },
      { name: 'print_hello', kind: 'function', confidence: 'low', reason: 'print_hello does that' },
    ],
    answer: 'Dear Ada',
  });
});

test('B3: to a function; a choice that is no route is asked for again', async () => {
  expect(await patterns.run('RouterWorkflow', 'Greet', 'function')).toEqual({
    choices: [
      { name: 'print_hello', kind: 'function', confidence: 'medium', reason: 'print_hello does that' },
    ],
    answer: 'Hello!',
  });
});

test(
  'B3: to a server, whose tools answer; the worker killed in the middle',
  async () => {
    patterns.project.write('script.yaml', script(4_000));
    const result = await patterns.runKilled('RouterWorkflow', 'Add 2 and 3', 'server', 'fixture · turn 2');
    expect(result).toMatchObject({ choices: [{ name: 'fixture', kind: 'server' }], answer: 'It is 5' });
  },
  KILLED_MS,
);

test('classifyIntent: the intent, and what the text names', async () => {
  expect(await patterns.run('IntentWorkflow', 'Where is 42?', 'intent')).toBe('track: 42');
});

test.each(['agent', 'function', 'server', 'intent'])('replay: %s', async (id) => {
  expect(await patterns.replay(id)).toBeGreaterThan(5);
});
