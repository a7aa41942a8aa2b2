import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestEnvironment, scriptedModel } from 'mcpa/testing';

/** What an agent says, who goes on, and what it lets the others know. */
const says = (agent, next, more = {}) => ({
  when: { agent },
  json: { reply: `${agent} was here`, next, reason: '', context: [], ...more },
});

test('triage, change, cancellation: handed over until one is done, with what they learned', async () => {
  const refunds = [];
  const env = await createTestEnvironment({
    activities: {
      refund: async ({ booking }) => {
        refunds.push(booking);
        return 'paid back';
      },
    },
    model: scriptedModel([
      says('triage', 'flight_change', { context: [{ name: 'wish', value: 'later' }] }),
      says('flight_change', 'flight_cancel'),
      { when: { agent: 'flight_cancel' }, tools: [{ tool: 'refund', args: { booking: 'B1' } }] },
      says('flight_cancel', 'done', { reply: 'Your money: {{result.0}}' }),
    ]),
  });
  try {
    assert.deepEqual(await env.run('AirlineServiceWorkflow', 'Later, or money back', { passenger: 'Bob' }), {
      answer: 'Your money: paid back',
      by: ['triage', 'flight_change', 'flight_cancel'],
      context: { passenger: 'Bob', wish: 'later' },
    });
    assert.deepEqual(refunds, ['B1']);
  } finally {
    await env.close();
  }
});
