import type { Context } from '@temporalio/activity';
import { noopMetricMeter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { Conversation, type ConversationQuery, type GenerateInput } from '../../../src/core/index.js';
import {
  ConversationStore,
  conversationKey,
} from '../../../src/worker/activities/conversation/conversation-store.js';
import { resolveConversation } from '../../../src/worker/activities/conversation/resolve-conversation.js';

const KEY = conversationKey('run', 'p');

/** A run in the middle of its second request: a definition, a prompt, a reply with a tool call, and its result. */
function conversation(): Conversation {
  const run = new Conversation('p', {
    role: 'definition',
    agent: 'p',
    instruction: '',
    serverNames: [],
    tools: [],
  });
  run.addUser({ role: 'user', content: [{ type: 'text', text: 'begin' }] });
  const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };
  run.addReply({ id: 'taken', content: [], stopReason: 'tool_use', model: 'm', usage, catalog: '' });
  run.addToolResult({ role: 'tool', callId: 'c', id: 't', content: [{ type: 'text', text: 'done' }] }, true);
  return run;
}

const request = (run: Conversation): GenerateInput => ({
  agent: 'p',
  conversation: 'p',
  turn: 2,
  ...run.delta(),
});

/** What an activity sees of Temporal: its run answers queries in pages of two items. */
function contextOf(run: Conversation, queries: ConversationQuery[], fail?: () => void): Context {
  const query = async (_: string, asked: ConversationQuery) => {
    queries.push(asked);
    fail?.();
    const items = run.items.slice(asked.from, Math.min(asked.to, asked.from + 2));
    return { items, next: asked.from + items.length };
  };
  const connection = { withDeadline: (_: number, work: () => unknown) => work() };
  return {
    info: { workflowExecution: { workflowId: 'w', runId: 'run' }, namespace: 'default' },
    cancellationSignal: new AbortController().signal,
    metricMeter: noopMetricMeter,
    client: { connection, workflow: { getHandle: () => ({ query }) }, workflowService: {} },
  } as unknown as Context;
}

test('what the worker has of an earlier turn is not read again', async () => {
  const run = conversation();
  const store = new ConversationStore(10_000);
  store.set(KEY, run.items.slice(0, 3));
  const queries: ConversationQuery[] = [];
  // The tool ran on another worker.
  expect(await resolveConversation(request(run), contextOf(run, queries), store)).toEqual(run.items);
  expect(queries.map(({ from, to }) => [from, to])).toEqual([[3, 4]]);
});

test('a reply that the run never took is in no request: everything is read', async () => {
  const run = conversation();
  const store = new ConversationStore(10_000);
  store.set(KEY, [...run.items.slice(0, 2), { role: 'assistant', id: 'lost', content: [] }]);
  const queries: ConversationQuery[] = [];
  expect(await resolveConversation(request(run), contextOf(run, queries), store)).toEqual(run.items);
  expect(queries.map(({ from }) => from)).toEqual([3, 0, 2]);
});

test('the same items under the key of another run are not taken', async () => {
  const run = conversation();
  const store = new ConversationStore(10_000);
  store.set(conversationKey('old run', 'p'), run.items.slice(0, 3));
  store.keepResult('old run', run.items[3] as never);
  const queries: ConversationQuery[] = [];
  await resolveConversation(request(run), contextOf(run, queries), store);
  expect(queries.map(({ from }) => from)).toEqual([0, 2]);
});

test.each(['QueryNotRegisteredError', 'QueryRejectedError'])(
  'a run that refuses the query (%s) is asked once; it sends the conversation itself',
  async (name) => {
    const run = conversation();
    const queries: ConversationQuery[] = [];
    const refuse = () => {
      throw Object.assign(new Error('Blob data size exceeds limit.'), { name });
    };
    const context = contextOf(run, queries, refuse);
    const resolved = resolveConversation(request(run), context, new ConversationStore(10_000));
    await expect(resolved).rejects.toMatchObject({ type: 'mcpa.ConversationMiss', nonRetryable: true });
    expect(queries).toHaveLength(1);
    const whole: GenerateInput = { ...request(run), ...run.delta(true) };
    expect(await resolveConversation(whole, context, new ConversationStore(10_000))).toEqual(run.items);
  },
);
