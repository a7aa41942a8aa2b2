import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/core/index.js';

const docs = resolve(import.meta.dirname, '../../docs');

test('docs/errors.md explains every code, and no other', () => {
  const text = readFileSync(resolve(docs, 'errors.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(documented.sort()).toEqual(Object.keys(ERROR_CODES).sort());
});
