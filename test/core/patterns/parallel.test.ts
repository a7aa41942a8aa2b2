import { expect, test } from 'vitest';
import { parallel } from '../../../src/core/index.js';
import { named, scripted } from './scripted.js';

test('an agent reads the labelled results of agents and functions', async () => {
  const grader = scripted('grader', ['B+']);
  const { result, branches } = await parallel('a story', {
    fanOut: [
      scripted('proof', ['2 typos']),
      { name: 'words', run: (text) => `${text.split(' ').length} words` },
    ],
    fanIn: grader,
  });
  expect(result).toBe('B+');
  expect(branches).toEqual([
    { name: 'proof', ok: true, text: '2 typos' },
    { name: 'words', ok: true, text: '2 words' },
  ]);
  expect(grader.prompts[0]).toContain('a story');
  expect(grader.prompts[0]).toMatch(/<result from="proof">\n2 typos\n<\/result>/);
});

test('a function as fan-in gives its own type, results in the order of the branches', async () => {
  const waits = [30, 20, 10];
  const { result } = await parallel('x', {
    fanOut: waits.map((_, n) => ({ name: `b${n}`, run: async () => `done ${n}` })),
    fanIn: (all) => all.length,
  });
  expect(result).toBe(3);
});

test('a failed branch is a typed result; the innermost message and type tell', async () => {
  const cause = Object.assign(new Error('no key'), { type: 'mcpa.Auth' });
  const grader = scripted('grader', ['graded']);
  const { branches } = await parallel('x', {
    fanOut: [
      scripted('bad', [named('ActivityFailure', 'activity failed', cause)]),
      scripted('good', ['fine']),
    ],
    fanIn: grader,
  });
  expect(branches[0]).toEqual({ name: 'bad', ok: false, error: { message: 'no key', type: 'mcpa.Auth' } });
  expect(grader.prompts[0]).toContain('<failure from="bad">\nno key');
});

test('an agent is not asked to sum up nothing', async () => {
  const grader = scripted('grader', []);
  const work = parallel('x', { fanOut: [scripted('a', [new Error('down')])], fanIn: grader });
  await expect(work).rejects.toMatchObject({
    name: 'PatternError',
    reason: 'all_failed',
    message: expect.stringContaining('a: down'),
  });
});

test.each([
  ['a cancellation', named('CancelledFailure', 'cancelled')],
  ['a cancelled activity', named('ActivityFailure', 'failed', named('CancelledFailure', 'cancelled'))],
  ['continue-as-new', named('ContinueAsNew', 'continued')],
])('%s ends the run and is no failed branch', async (_, error) => {
  const work = parallel('x', { fanOut: [scripted('a', [error]), scripted('b', ['ok'])], fanIn: () => 'all' });
  await expect(work).rejects.toBe(error);
});

test('no more branches run at once than `concurrency` says', async () => {
  let running = 0;
  let most = 0;
  const run = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return 'ok';
  };
  const fanOut = Array.from({ length: 7 }, (_, n) => ({ name: `b${n}`, run }));
  const { branches } = await parallel('x', { fanOut, fanIn: () => '', concurrency: 3 });
  expect(most).toBe(3);
  expect(branches.map(({ name }) => name)).toEqual(fanOut.map(({ name }) => name));
  await expect(parallel('x', { fanOut, fanIn: () => '', concurrency: 0 })).rejects.toThrow(/concurrency/);
});
