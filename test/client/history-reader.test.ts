import { defaultPayloadConverter } from '@temporalio/client';
import { expect, test } from 'vitest';
import { HistoryReader } from '../../dist/client/history/history-reader.js';

const payloads = (value: unknown) => ({ payloads: [defaultPayloadConverter.toPayload(value)] });
const at = (seconds: number) => ({ seconds, nanos: 0 });
const scheduled = (eventId: number, name: string, input: unknown) => ({
  eventId,
  eventTime: at(eventId),
  activityTaskScheduledEventAttributes: {
    activityId: `a${eventId}`,
    activityType: { name },
    input: payloads(input),
  },
});

test('a tool call is paired with its outcome', () => {
  const reader = new HistoryReader();
  const input = { agent: 'p', server: 'fs', tool: 'read', callId: 'c1', arguments: { path: 'x' } };
  const ref = { agent: 'p', server: 'fs', tool: 'read', callId: 'c1', activityId: 'a5' };
  expect(reader.read(scheduled(5, 'mcpa.callTool', input) as never)).toEqual([
    { type: 'tool_call_started', ...ref, arguments: { path: 'x' } },
  ]);
  expect(reader.open()).toHaveLength(1);
  const result = payloads({ id: 't', content: [{ type: 'text', text: 'no such file' }], isError: true });
  const done = { eventTime: at(7), activityTaskCompletedEventAttributes: { scheduledEventId: 5, result } };
  expect(reader.read(done as never)).toEqual([
    { type: 'tool_call_completed', ...ref, ms: 2_000, isError: true, text: 'no such file', attempt: 1 },
  ]);
  expect(reader.open()).toHaveLength(0);
});

test('a conversation miss is bookkeeping: the same turn is not told to start twice', () => {
  const reader = new HistoryReader();
  const input = { agent: 'p', conversation: 'p', turn: 1 };
  const types = (event: object) => reader.read(event as never).map(({ type }) => type);
  expect(types(scheduled(1, 'mcpa.generate', input))).toEqual(['turn_started']);
  const failure = { message: 'miss', applicationFailureInfo: { type: 'mcpa.ConversationMiss' } };
  expect(types({ activityTaskFailedEventAttributes: { scheduledEventId: 1, failure } })).toEqual([]);
  expect(types(scheduled(4, 'mcpa.generate', input))).toEqual([]);
  expect(types(scheduled(8, 'mcpa.generate', { ...input, turn: 2 }))).toEqual(['turn_started']);
});

test('tool calls are told with their turn, also where two agents share name and call ids', () => {
  const reader = new HistoryReader();
  const content = (path: string) => [
    {
      type: 'tool_call',
      id: 'c1',
      name: 'read',
      arguments: { path },
      target: { server: 'fs', tool: 'read' },
    },
  ];
  const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };
  for (const [n, conversation] of ['p', 'p#2'].entries()) {
    reader.read(scheduled(n, 'mcpa.generate', { agent: 'p', conversation, turn: 3 }) as never);
    const result = payloads({ content: content(conversation), usage, model: 'm', stopReason: 'tool_use' });
    reader.read({ activityTaskCompletedEventAttributes: { scheduledEventId: n, result } } as never);
  }
  const call = (eventId: number, path: string) =>
    reader.read(
      scheduled(eventId, 'mcpa.callTool', {
        agent: 'p',
        server: 'fs',
        tool: 'read',
        callId: 'c1',
        arguments: { path },
      }) as never,
    );
  expect(call(5, 'p#2')).toMatchObject([{ conversation: 'p#2', turn: 3 }]);
  // A person changed the arguments: what is left is its turn.
  expect(call(6, 'edited')).toMatchObject([{ conversation: 'p', turn: 3 }]);
});

test('a failed run tells the innermost message and the first frame of user code', () => {
  const failure = {
    message: 'outer',
    cause: {
      message: 'inner',
      stackTrace: 'Error: inner\n at x (/p/node_modules/y.js:1:2)\n at W (/p/workflows/w.ts:3:4)',
    },
  };
  expect(new HistoryReader().read({ workflowExecutionFailedEventAttributes: { failure } } as never)).toEqual([
    { type: 'run_failed', message: 'inner', at: '/p/workflows/w.ts:3:4' },
  ]);
});

test('a worker that lacks the workflow is told from other task failures', () => {
  const message =
    "Failed to initialize workflow of type 'X': no such function is exported by the workflow bundle";
  const event = { workflowTaskFailedEventAttributes: { identity: 'w@h', failure: { message } } };
  expect(new HistoryReader().read(event as never)).toEqual([
    { type: 'task_failed', message, worker: 'w@h', code: 'WORKER_LACKS_WORKFLOW' },
  ]);
});

test('a task that fails for the next one to go on is no event', () => {
  const event = { workflowTaskFailedEventAttributes: { identity: 'w@h', cause: 1, failure: {} } };
  expect(new HistoryReader().read(event as never)).toEqual([]);
});

test('questions and pauses are told by the difference between two memos', () => {
  const reader = new HistoryReader();
  const memo = (value: object) => ({
    fields: { mcpa: defaultPayloadConverter.toPayload({ v: 1, ...value }) },
  });
  const write = (value: object) =>
    reader.read({ workflowPropertiesModifiedEventAttributes: { upsertedMemo: memo(value) } } as never);
  const question = (id: string) => ({ id, kind: 'input', prompt: id, askedAt: '2026-01-01T00:00:00.000Z' });
  const paused = { at: '2026-01-01T00:00:00.000Z', by: 'ann' };
  // It goes on where a run ended that was paused and had asked.
  reader.read({
    workflowExecutionStartedEventAttributes: { memo: memo({ paused, questions: [question('q1')] }) },
  } as never);
  expect(write({ paused, questions: [question('q2')] })).toEqual([
    { type: 'question_closed', question: 'q1', kind: 'input', how: 'cancelled' },
    { type: 'question_asked', question: 'q2', kind: 'input', prompt: 'q2' },
  ]);
  const closed = [{ id: 'q2', how: 'answered', at: paused.at, text: 'yes', answerId: 'a' }];
  expect(write({ closed })).toEqual([
    { type: 'resumed' },
    { type: 'question_closed', question: 'q2', kind: 'input', how: 'answered', text: 'yes' },
  ]);
  expect(write({})).toEqual([]);
});

test('other tools than at the call before are told with the first reply that came with them', () => {
  const reader = new HistoryReader();
  const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };
  let eventId = 0;
  const reply = (conversation: string, turn: number, catalog: string) => {
    eventId++;
    reader.read(scheduled(eventId, 'mcpa.generate', { agent: 'p', conversation, turn }) as never);
    const result = payloads({ content: [], usage, model: 'm', stopReason: 'end_turn', catalog });
    const done = { activityTaskCompletedEventAttributes: { scheduledEventId: eventId, result } };
    return reader.read(done as never).filter(({ type }) => type === 'catalog_changed');
  };
  expect([reply('p', 1, 'a'), reply('p#2', 1, 'b'), reply('p', 2, 'a')]).toEqual([[], [], []]);
  const change = { type: 'catalog_changed', agent: 'p', conversation: 'p', turn: 3, from: 'a', to: 'b' };
  expect(reply('p', 3, 'b')).toEqual([change]);
  expect(reply('p', 4, 'b')).toEqual([]);
});

test.each([
  ['bytes', 60, 42 * 1024 * 1024, 0.84],
  ['events', 40_960, 1_000_000, 0.8],
])('a history that is nearly full of %s is told once', (_, eventId, bytes, share) => {
  const reader = new HistoryReader();
  const task = (id: number, historySizeBytes: number) =>
    reader.read({
      eventId: id,
      workflowTaskStartedEventAttributes: { identity: 'w', historySizeBytes },
    } as never);
  expect(task(20, 41 * 1024 * 1024 - 2_000_000).map(({ type }) => type)).toEqual(['task_started']);
  expect(task(eventId, bytes)).toEqual([{ type: 'history_nearly_full', events: eventId, bytes, share }]);
  expect(task(eventId + 10, bytes)).toEqual([]);
});

test('what is not of the shape that mcpa writes is told as an activity of anybody', () => {
  const reader = new HistoryReader();
  const input = { agent: 'p', conversation: 'p', turn: 1 };
  reader.read(scheduled(1, 'mcpa.generate', input) as never);
  const done = (scheduledEventId: number, result: unknown) =>
    reader.read({
      activityTaskCompletedEventAttributes: { scheduledEventId, result: payloads(result) },
    } as never);
  // No usage; content that is no list; a tool call whose arguments are a text.
  expect(done(1, { content: 'text', model: 'm', stopReason: 'end_turn' })).toMatchObject([
    { type: 'activity_completed', name: 'mcpa.generate' },
  ]);
  expect(reader.read(scheduled(2, 'mcpa.callTool', 'nonsense') as never)).toMatchObject([
    { type: 'activity_started', name: 'mcpa.callTool' },
  ]);
  const memo = {
    fields: { mcpa: defaultPayloadConverter.toPayload({ v: 1, questions: [null], progress: { steps: 1 } }) },
  };
  expect(reader.read({ workflowPropertiesModifiedEventAttributes: { upsertedMemo: memo } } as never)).toEqual(
    [],
  );
});
