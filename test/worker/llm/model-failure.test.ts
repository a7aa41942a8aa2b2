import type { Context } from '@temporalio/activity';
import { expect, test } from 'vitest';
import { McpaError } from '../../../src/core/index.js';
import { modelFailure } from '../../../src/worker/activities/failures.js';
import { errorClass, MODEL_ERROR_CLASSES, ModelError } from '../../../src/worker/llm/index.js';

const context = { cancellationSignal: new AbortController().signal } as Context;
const wait = { onProviderAuth: 'wait', provider: 'openai' } as const;

test('the failure of each class is what the table says, and tells the run to wait where a gate closes', () => {
  for (const name of MODEL_ERROR_CLASSES) {
    const error = new ModelError(name, 'no', { hint: 'Do it.', provider: 'anthropic' });
    const { gate, retryable } = errorClass(name);
    expect(modelFailure(error, context, wait)).toMatchObject({
      type: `mcpa.Model.${name}`,
      nonRetryable: !retryable,
      details: gate
        ? [{ refused: { kind: gate, provider: 'anthropic', message: 'no', fix: 'Do it.' } }]
        : undefined,
    });
    expect(modelFailure(error, context, { ...wait, onProviderAuth: 'fail' })).toMatchObject({
      message: 'no (Do it.)',
      details: undefined,
    });
  }
});

test('the provider’s own pause goes before the policy’s, unless it is none: to the engine that means no more attempts', () => {
  const failed = (retryAfterMs: number) =>
    modelFailure(new ModelError('rate_limit', 'no', { retryAfterMs }), context, wait);
  expect(failed(1_500)).toMatchObject({ nextRetryDelay: 1_500, nonRetryable: false });
  expect(failed(0)).toMatchObject({ nextRetryDelay: undefined, nonRetryable: false });
});

test('a key that the worker lacks is a refusal, too; what else the config lacks is a failure', () => {
  const missing = new McpaError('KEY_MISSING', 'no API key', { hint: 'set OPENAI_API_KEY' });
  expect(modelFailure(missing, context, wait)).toMatchObject({
    type: 'KEY_MISSING',
    nonRetryable: true,
    details: [
      { refused: { kind: 'auth', provider: 'openai', message: 'no API key', fix: 'set OPENAI_API_KEY' } },
    ],
  });
  const invalid = new McpaError('CONFIG_INVALID', 'no script');
  expect(modelFailure(invalid, context, wait)).toMatchObject({ nonRetryable: true, details: undefined });
});
