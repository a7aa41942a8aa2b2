import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error a plain script
import { jsonDocs } from '../../scripts/write-json-docs.mjs';

test('docs/json.md is what the shapes say', () => {
  const file = readFileSync(resolve(import.meta.dirname, '../../docs/json.md'), 'utf8');
  expect(file).toBe(jsonDocs());
});
