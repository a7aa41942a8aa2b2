import { expect, test } from 'vitest';
import { checkArguments } from '../../src/serve/tools/check-arguments.js';

const TOOL = {
  name: 'ReportWorkflow',
  inputSchema: {
    type: 'object' as const,
    properties: {
      topic: { type: 'string', minLength: 2 },
      count: { type: 'integer', minimum: 1 },
      note: { type: ['string', 'null'] },
      lines: { type: 'array', items: { type: 'object', required: ['sku'] } },
      'a/b': { type: 'boolean' },
    },
    required: ['topic'],
    additionalProperties: false,
  },
};

test.each([
  [{}, 'topic is required'],
  [{ topic: 7 }, 'topic must be a text'],
  [{ topic: 'a', count: 0 }, 'topic must not have fewer than 2 characters; count must be >= 1'],
  [{ topic: 'ab', count: 1.5 }, 'count must be a whole number'],
  [{ topic: 'ab', note: 1, 'a/b': 1 }, 'note must be a text or null; a/b must be true or false'],
  [{ topic: 'ab', lines: [1, {}] }, 'lines.0 must be an object; lines.1.sku is required'],
  [{ topic: 'ab', more: 1 }, 'the arguments must not have additional properties'],
])('%j: %s', async (given, problem) => {
  await expect(checkArguments(TOOL, given)).rejects.toThrow(
    `the arguments of ReportWorkflow don't fit: ${problem}`,
  );
});

test('arguments that fit pass', async () => {
  await expect(checkArguments(TOOL, { topic: 'ab', note: null })).resolves.toBeUndefined();
});
