import { expect, test } from 'vitest';
import type { Terminal } from '../../src/cli/human/ask.js';
import { fillIn } from '../../src/cli/human/ask-tool.js';
import type { JsonObject } from '../../src/core/index.js';

interface TextPrompt {
  message: string;
  validate(typed: string): string | undefined;
}

/** A form of one text field: what the person is asked, what each typed text is told, and what is sent. */
async function typing(field: JsonObject, required: boolean, ...texts: string[]) {
  const told: (string | undefined)[] = [];
  let message = '';
  const prompts = {
    select: async () => 'accept',
    text: async (prompt: TextPrompt) => {
      message = prompt.message;
      told.push(...texts.map((text) => prompt.validate(text)));
      return texts.at(-1);
    },
  };
  const terminal = { prompts, common: {}, given: (value: unknown) => value } as unknown as Terminal;
  const schema = { type: 'object', properties: { at: field }, required: required ? ['at'] : [] };
  const asked = { id: 'q1', kind: 'form' as const, prompt: '?', schema, askedAt: '2026-11-24T00:00:00Z' };
  return { told, content: (await fillIn(asked, terminal))?.content, message };
}

test('a text is checked against its pattern, which stands in the question', async () => {
  const name = { type: 'string', pattern: '^[A-Z][a-z]+$' };
  expect(await typing(name, true, 'ada', 'Ada')).toEqual({
    message: 'at (pattern ^[A-Z][a-z]+$)',
    told: ['must match the pattern ^[A-Z][a-z]+$', undefined],
    content: { at: 'Ada' },
  });
});

test('a pattern is unanchored and of Unicode; an invalid or endless one, and a long text, refuse nothing', async () => {
  const told = async (pattern: string, text: string) =>
    (await typing({ type: 'string', pattern }, true, text)).told[0];
  expect(await told('b', 'abc')).toBeUndefined();
  expect(await told('^.$', '𝒜')).toBeUndefined();
  expect(await told('^\\p{Lu}', 'ä')).toBe('must match the pattern ^\\p{Lu}');
  expect(await told('(', 'x')).toBeUndefined();
  expect(await told('^(a+)+$', `${'a'.repeat(60)}!`)).toBeUndefined();
  expect(await told('^a', 'b'.repeat(10_001))).toBeUndefined();
});

test('the format stands in the question before a wrong value is typed', async () => {
  const { message, told } = await typing({ type: 'string', format: 'email' }, false, 'ada');
  expect(message).toBe('at (optional) (an e-mail address)');
  expect(told).toEqual(['must be an e-mail address']);
});

test.each([
  [{ type: 'string' }, true, 'it is required'],
  [{ type: 'string' }, false, undefined],
  [{ type: 'string', minLength: 0 }, true, undefined],
  [{ type: 'string', default: 'Ada' }, true, undefined],
  [{ type: 'integer' }, true, 'must be a whole number'],
])('Enter alone, %j, required %s: %s', async (field, required, problem) => {
  expect((await typing(field, required, '')).told).toEqual([problem]);
});
