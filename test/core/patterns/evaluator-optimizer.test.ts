import { expect, test } from 'vitest';
import { evaluatorOptimizer } from '../../../src/core/index.js';
import { scripted } from './scripted.js';

const rated = (rating: string, more = {}) => ({
  rating,
  feedback: `feedback on ${rating}`,
  needsImprovement: true,
  focusAreas: [],
  ...more,
});

test('feeds the feedback back until the rating is good enough', async () => {
  const optimizer = scripted('writer', ['one', 'two']);
  const evaluator = scripted('critic', [rated('FAIR', { focusAreas: ['tone'] }), rated('EXCELLENT')]);
  const result = await evaluatorOptimizer('a letter', { optimizer, evaluator });
  expect(result).toMatchObject({ text: 'two', rating: 'EXCELLENT', satisfied: true });
  expect(result.attempts.map(({ text, rating }) => `${text} ${rating}`)).toEqual([
    'one FAIR',
    'two EXCELLENT',
  ]);
  expect(optimizer.prompts[1]).toMatch(/one[\s\S]*feedback on FAIR[\s\S]*tone/);
});

test('at most so many refinements, and the best attempt is kept', async () => {
  const optimizer = scripted('writer', ['one', 'two', 'three']);
  const evaluator = scripted('critic', [rated('POOR'), rated('GOOD'), rated('FAIR')]);
  const result = await evaluatorOptimizer('x', { optimizer, evaluator, maxRefinements: 2 });
  expect(result).toMatchObject({ text: 'two', rating: 'GOOD', satisfied: false });
  expect(result.attempts).toHaveLength(3);
});

test('stops when nothing is left to improve', async () => {
  const evaluator = scripted('critic', [rated('GOOD', { needsImprovement: false })]);
  const result = await evaluatorOptimizer('x', { optimizer: scripted('writer', ['one']), evaluator });
  expect(result).toMatchObject({ text: 'one', satisfied: false });
});

test('a scale of your own, a function as evaluator, prompts of your own', async () => {
  const optimizer = scripted('writer', ['a', 'aaa']);
  const result = await evaluatorOptimizer('x', {
    optimizer,
    ratings: ['short', 'long', 'too long'],
    minRating: 'long',
    evaluator: ({ text }) => ({
      rating: text.length > 2 ? 'long' : 'short',
      feedback: 'longer',
      needsImprovement: true,
      focusAreas: [],
    }),
    prompts: { refine: ({ attempt, number }) => `${number}: ${attempt.feedback}` },
  });
  expect(result).toMatchObject({ text: 'aaa', rating: 'long', satisfied: true });
  expect(optimizer.prompts[1]).toBe('1: longer');
});

test('a rating that is not on the scale is asked for again', async () => {
  const evaluator = scripted('critic', [rated('SUPERB'), rated('EXCELLENT')]);
  const result = await evaluatorOptimizer('x', { optimizer: scripted('writer', ['one']), evaluator });
  expect(result.rating).toBe('EXCELLENT');
  expect(evaluator.prompts[1]).toContain('`rating` must be one of POOR, FAIR, GOOD, EXCELLENT');
});
