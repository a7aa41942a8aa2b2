import { defaultPayloadConverter } from '@temporalio/client';
import { expect, test } from 'vitest';
import { rootCause } from '../../dist/client/look/describe/root-cause.js';
import { historySize } from '../../dist/client/look/describe/run-details.js';
import { RunFacts } from '../../dist/client/look/describe/run-facts.js';
import { RebuiltConversations } from '../../dist/client/look/messages/rebuilt-conversations.js';

const payloads = (value: unknown) => ({ payloads: [defaultPayloadConverter.toPayload(value)] });
const at = (seconds: number) => ({ seconds, nanos: 0 });

function scheduled(eventId: number, name: string, input: unknown, maximumAttempts = 0) {
  const activity = { activityId: `a${eventId}`, activityType: { name }, input: payloads(input) };
  return {
    eventId,
    eventTime: at(eventId),
    activityTaskScheduledEventAttributes: { ...activity, retryPolicy: { maximumAttempts } },
  } as never;
}

function completed(scheduledEventId: number, result: unknown) {
  return {
    eventTime: at(scheduledEventId + 1),
    activityTaskCompletedEventAttributes: { scheduledEventId, result: payloads(result) },
  } as never;
}

function failed(scheduledEventId: number, type: string) {
  const failure = { message: 'activity failed', cause: { message: type, applicationFailureInfo: { type } } };
  return { activityTaskFailedEventAttributes: { scheduledEventId, failure } } as never;
}

const usage = { input: 10, output: 1, cacheRead: 0, cacheWrite: 0 };
const definition = { role: 'definition', agent: 'p', instruction: 'Be.', serverNames: [], tools: [] };
const user = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] });
const call = { type: 'tool_call', id: 'c1', name: 'read', arguments: {} };
const reply = (id: string, content: unknown[]) => ({
  id,
  content,
  stopReason: 'end_turn',
  model: 'm',
  usage,
});

test('a conversation that is sent whole again is not repeated', () => {
  const rebuilt = new RebuiltConversations();
  const request = (turn: number, length: number, from: number, add: unknown[]) => ({
    ...{ agent: 'p', conversation: 'p', digest: 'd', turn, length, from, add },
  });
  const result = { role: 'tool', callId: 'c1', id: 't1', content: [{ type: 'text', text: 'text of it' }] };
  const first = reply('r1', [call]);
  for (const event of [
    scheduled(1, 'mcpa.generate', request(1, 2, 0, [definition, user('read it')])),
    completed(1, first),
    scheduled(3, 'mcpa.callTool', { agent: 'p', server: 'fs', tool: 'read', callId: 'c1', arguments: {} }),
    completed(3, { id: 't1', content: result.content }),
    scheduled(5, 'mcpa.generate', request(2, 4, 3, [{ role: 'tool_ref', callId: 'c1', id: 't1' }])),
    failed(5, 'mcpa.ConversationMiss'),
    scheduled(
      ...([7, 'mcpa.generate'] as const),
      request(2, 4, 0, [
        definition,
        user('read it'),
        { role: 'assistant', id: 'r1', content: [call] },
        result,
      ]),
    ),
    completed(7, reply('r2', [{ type: 'text', text: 'done' }])),
  ])
    rebuilt.take(event);
  const [conversation, ...others] = rebuilt.list();
  expect(others).toEqual([]);
  expect(conversation?.messages).toMatchObject([
    { index: 1, turn: 1, role: 'user' },
    { index: 2, turn: 1, role: 'assistant', model: 'm' },
    { index: 3, turn: 2, role: 'tool', tool: 'read', content: [{ text: 'text of it' }] },
    { index: 4, turn: 2, role: 'assistant', content: [{ text: 'done' }] },
  ]);
});

test('messages that were too large to be sent are counted, not forgotten', () => {
  const rebuilt = new RebuiltConversations();
  const request = { agent: 'p', conversation: 'p', digest: 'd', turn: 1, length: 2, from: 2, add: [] };
  rebuilt.take(scheduled(1, 'mcpa.generate', request));
  rebuilt.take(completed(1, reply('r1', [{ type: 'text', text: 'long' }])));
  expect(rebuilt.list()).toMatchObject([{ missing: 2, messages: [{ index: 2, role: 'assistant' }] }]);
});

test('requests that were never sent are retries of the call that succeeds, as in the run’s record', () => {
  const facts = new RunFacts('run');
  const input = { agent: 'p', server: 'fs', tool: 'write', callId: 'c1', arguments: {} };
  for (const event of [
    scheduled(1, 'mcpa.callTool', input, 1),
    failed(1, 'mcpa.ToolNotSent'),
    scheduled(3, 'mcpa.callTool', input, 1),
    failed(3, 'mcpa.ToolNotSent'),
    scheduled(5, 'mcpa.callTool', input, 1),
    completed(5, { id: 't', content: [] }),
    scheduled(7, 'mcpa.callTool', { ...input, callId: 'c2' }, 1),
    failed(7, 'mcpa.ToolOutcomeUnknown'),
    scheduled(9, 'mcpa.generate', { agent: 'p', conversation: 'p', turn: 1 }),
    completed(9, { ...reply('r', []), attempt: 3 }),
  ])
    facts.take(event);
  expect(facts.sums.total).toEqual({ turns: 1, toolCalls: 1, retries: 4, usage });
  expect(facts.sums.agents()).toMatchObject([
    { agent: 'p', tools: [{ server: 'fs', tool: 'write', calls: 1, errors: 0, failed: 1 }] },
  ]);
});

test('the place of a failure is that of the innermost cause which has one', () => {
  const inner = { message: 'no such file', stackTrace: 'Error\n    at read (node:fs:12:3)' };
  const outer = {
    message: 'activity failed',
    stackTrace: 'Error\n    at Flow (/p/workflows/x.ts:4:5)',
    cause: inner,
  };
  expect(rootCause(outer)).toEqual({ message: 'no such file', at: '/p/workflows/x.ts:4:5' });
});

test('a history at 80 % of a limit is in danger, by events or by bytes', () => {
  expect(historySize(40_959, 1_000).danger).toBe(false);
  expect(historySize(40_960, 1_000)).toMatchObject({ danger: true, share: 0.8 });
  expect(historySize(10, 45 * 1024 * 1024)).toMatchObject({ danger: true, share: 0.9 });
});
