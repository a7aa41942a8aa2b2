import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error a plain script
import { helpAsMarkdown } from '../../scripts/readme-help.mjs';

test('the README has the help of every command as it is', () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  expect(readme).toContain(helpAsMarkdown());
});
