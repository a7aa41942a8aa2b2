import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CLASSES, errorClass, MODEL_ERROR_CLASSES, ModelError } from '../../../src/worker/llm/index.js';

const docs = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8');

test('docs/errors.md shows the table of the classes as the code has it', () => {
  const rows = MODEL_ERROR_CLASSES.map((name) => {
    const { what, retryable, gate, actor, todo } = errorClass(name);
    const attempts = retryable
      ? 'as many as the policy allows'
      : gate
        ? '1, and 1 after each `mcpa resume`'
        : '1';
    const then = retryable ? 'the run fails' : gate ? 'the run waits, state `auth`' : 'the run fails';
    return `| \`mcpa.Model.${name}\` | ${what} | ${attempts} | ${then} | ${actor} | ${todo} |`;
  });
  const shown = docs.split('\n').filter((line) => line.startsWith('| `mcpa.Model.'));
  expect(shown).toEqual(rows);
});

test('an error knows by its class alone whether it is tried again', () => {
  for (const name of MODEL_ERROR_CLASSES)
    expect(new ModelError(name, 'x').retryable).toBe(ERROR_CLASSES[name].retryable);
});
