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
    { type: 'tool_call_completed', ...ref, ms: 2_000, isError: true, text: 'no such file' },
  ]);
  expect(reader.open()).toHaveLength(0);
});

test('a conversation miss is bookkeeping, not an event', () => {
  const reader = new HistoryReader();
  reader.read(scheduled(1, 'mcpa.generate', { agent: 'p', turn: 1 }) as never);
  const failure = { message: 'miss', applicationFailureInfo: { type: 'mcpa.ConversationMiss' } };
  expect(
    reader.read({ activityTaskFailedEventAttributes: { scheduledEventId: 1, failure } } as never),
  ).toEqual([]);
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
