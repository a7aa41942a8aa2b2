import { expect, test } from 'vitest';
import {
  type Answer,
  formFields,
  formProblem,
  type JsonObject,
  misfit,
  type Question,
  Questions,
  strangeField,
  valueOfText,
  withDefaults,
  withoutNulls,
} from '../../src/core/index.js';
// @ts-expect-error a plain script
import { BOOKING, SURE } from '../worker/mcp/fixtures/asking-tools.mjs';

const GOOD = { name: 'Ada', seat: 'left' };
const NOW = '2026-11-23T20:00:00.000Z';

test.each([
  [{}, undefined],
  [{ mail: 'ada@example.com', day: '2028-02-29', guests: 8, price: -1.5, window: true }, undefined],
  [{ name: '𝒜𝒷' }, undefined],
  [{ extras: [] }, undefined],
  [{ name: 'A' }, 'field name: must have 2 characters or more'],
  [{ name: 7 }, 'field name: must be a text'],
  [{ mail: 'ada' }, 'field mail: must be an e-mail address'],
  [{ day: '2026-02-29' }, 'field day: must be a date such as 2026-11-23'],
  [{ guests: 2.5 }, 'field guests: must be a whole number'],
  [{ guests: '2' }, 'field guests: must be a whole number'],
  [{ guests: 0 }, 'field guests: must be 1 or more'],
  [{ guests: 9 }, 'field guests: must be 8 or less'],
  [{ guests: null }, 'field guests: must be a whole number'],
  [{ price: Number.NaN }, 'field price: must be a number'],
  [{ window: 'yes' }, 'field window: must be true or false'],
  [{ seat: 'middle' }, 'field seat: must be one of left, right'],
  [{ meal: 'Fish' }, 'field meal: must be one of v, f'],
  [{ extras: 'wine' }, 'field extras: must be a list of wine, cake, tea'],
  [{ extras: ['wine', 'wine'] }, 'field extras: names one choice twice'],
  [{ extras: ['wine', 'cake', 'tea'] }, 'field extras: takes 2 choices or less'],
  [{ colour: 'red' }, /^field colour: the form has no such field; its fields: name, mail/],
])('a form with %j: %s', (more, problem) => {
  const found = formProblem(BOOKING, { ...GOOD, ...more });
  if (problem instanceof RegExp) expect(found).toMatch(problem);
  else expect(found).toBe(problem);
});

test('a form that is none, one without a required field, one with a field named as an object has them', () => {
  expect(formProblem(BOOKING, [])).toBe('the form is no JSON object');
  expect(formProblem(BOOKING, { seat: 'left' })).toBe('field name: it is required');
  const schema = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"}},"required":["__proto__"]}',
  );
  expect(formProblem(schema, {})).toBe('field __proto__: it is required');
  expect(formProblem(schema, JSON.parse('{"__proto__":"x"}'))).toBeUndefined();
});

test('defaults fill what was left out, and nothing else', () => {
  expect(withDefaults(BOOKING, { ...GOOD, guests: 4 })).toEqual({
    ...GOOD,
    guests: 4,
    window: false,
    meal: 'v',
  });
});

test.each([
  ['2026-11-23T20:00:00Z', true],
  ['2026-11-23t20:00:00.5+02:00', true],
  ['2026-11-23 20:00', false],
  ['2026-13-01T00:00:00Z', false],
])('date-time %s: %s', (value, fits) => {
  const schema = { type: 'object', properties: { at: { type: 'string', format: 'date-time' } } };
  expect(formProblem(schema, { at: value }) === undefined).toBe(fits);
});

test('what a person types becomes the value of its field', () => {
  const fields = Object.fromEntries(formFields(BOOKING).map((field) => [field.name, field]));
  expect(valueOfText(fields.guests!, '3')).toBe(3);
  expect(valueOfText(fields.guests!, '')).toBe('');
  expect(valueOfText(fields.window!, 'Yes')).toBe(true);
  expect(valueOfText(fields.extras!, 'wine, tea')).toEqual(['wine', 'tea']);
  expect(valueOfText(fields.name!, '3')).toBe('3');
});

test('a field that no form has is named', () => {
  expect(strangeField(BOOKING)).toBeUndefined();
  expect(strangeField({ type: 'object', properties: { a: { type: 'string' }, b: { type: 'object' } } })).toBe(
    'b',
  );
  expect(strangeField({ properties: { list: { type: 'array', items: { type: 'object' } } } })).toBe('list');
});

test('a form takes its own answers only, by signal too, and no early one', () => {
  const questions = new Questions(0, [{ answerId: 'early', text: 'yes' }]);
  questions.ask({ kind: 'form', prompt: 'Sure?', schema: SURE }, NOW);
  const give = (answer: Omit<Answer, 'answerId'>, answerId: string) =>
    questions.give({ answerId, ...answer }, NOW);
  expect(give({ text: 'yes' }, 'a')).toBeUndefined();
  expect(give({ action: 'accept', content: { sure: 'yes' } }, 'b')).toBeUndefined();
  expect(give({ action: 'decline', content: { sure: true } }, 'c')).toBeUndefined();
  expect(questions.refused.map(({ reason }) => reason)).toEqual([
    'question q1 wants accept, decline or cancel',
    'question q1: field sure: must be true or false',
    'question q1 takes fields with a form that is accepted only',
  ]);
  expect(give({ action: 'accept', content: { sure: false } }, 'd')).toBe('q1');
  expect(questions.answerOf('q1')?.content).toEqual({ sure: false });
  const page = { id: 'q2', kind: 'url', prompt: 'Sign in', askedAt: NOW } as Question;
  expect(misfit({ action: 'accept' }, page)).toBeUndefined();
  expect(misfit({ decision: 'approve' }, page)).toBe('question q2 wants accept, decline or cancel');
});

test('a field that may be null is the optional field of its other type', () => {
  const nothing = { type: 'null' };
  const schema: JsonObject = {
    type: 'object',
    properties: {
      text: { type: ['string', 'null'], format: 'email', default: null },
      size: { anyOf: [{ type: 'integer', minimum: 1 }, nothing], title: 'Size', default: 2 },
      price: { oneOf: [nothing, { type: 'number', title: 'inner' }] },
      sure: { type: ['null', 'boolean'] },
      seat: { type: ['string', 'null'], enum: ['left', 'right', null] },
      meal: { anyOf: [{ type: 'string', enum: ['v', 'f'] }, nothing] },
    },
    required: ['text', 'seat'],
  };
  expect(strangeField(schema)).toBeUndefined();
  const options = (...values: string[]) => values.map((value) => ({ value, title: value }));
  expect(formFields(schema)).toEqual([
    { name: 'text', title: 'text', type: 'text', format: 'email', required: false },
    { name: 'size', title: 'Size', type: 'integer', least: 1, default: 2, required: false },
    { name: 'price', title: 'inner', type: 'number', required: false },
    { name: 'sure', title: 'sure', type: 'boolean', required: false },
    { name: 'seat', title: 'seat', type: 'choice', options: options('left', 'right'), required: false },
    { name: 'meal', title: 'meal', type: 'choice', options: options('v', 'f'), required: false },
  ]);
  expect(withoutNulls(schema)).toMatchObject({
    properties: {
      text: { type: 'string', format: 'email' },
      size: { type: 'integer', minimum: 1, title: 'Size', default: 2 },
      seat: { type: 'string', enum: ['left', 'right'] },
    },
    required: [],
  });
  expect(withoutNulls(BOOKING).properties).toHaveProperty('note', { type: 'string' });
  expect(formProblem(schema, {})).toBeUndefined();
  expect(formProblem(schema, { size: 0 })).toBe('field size: must be 1 or more');
  for (const odd of [{ type: ['string', 'number'] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }])
    expect(strangeField({ properties: { odd } })).toBe('odd');
});
