import { expect, test } from 'vitest';
import { HistoryReader } from '../../../src/client/history/history-reader.js';
import { connect, type RunEvent } from '../../../src/client/index.js';
import { durable, eventsOf } from './lines.js';
import { tailProject } from './project.js';

const types = (events: RunEvent[]) => events.map(({ type }) => type);

test('one typed event for each thing that happens, and the reader tells the same of the recorded history', async () => {
  await using project = await tailProject();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('EventfulWorkflow');
  const tail = project.mcpa(['tail', handle.workflowId, '--json']);
  await handle.signal('mcpa.pause', { by: 'ann', reason: 'lunch' });
  await project.worker();
  await tail.output(/"type":"paused"/);
  await handle.signal('mcpa.resume', { by: 'bob' });
  await tail.output(/"kind":"approval"/);
  await handle.answer({ question: 'q1', decision: 'approve', arguments: { text: 'changed' }, by: 'ann' });
  await tail.output(/"type":"retry"/);
  await tail.output(/Is this draft good/);
  await handle.signal('note', 'hello');
  await tail.output(/"type":"signal","name":"note"/);
  await handle.answer({ question: 'q2', text: 'b', by: 'bob' });
  const finished = await tail.done;
  expect(finished.status, finished.stderr).toBe(0);

  const events = eventsOf(finished.stdout);
  const find = <T extends RunEvent['type']>(type: T) =>
    events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
  expect(find('run_started')).toMatchObject([{ workflow: 'EventfulWorkflow', taskQueue: project.queue }]);
  expect(find('task_started')).toMatchObject([{ worker: expect.stringMatching(/\S/) }]);
  expect(find('paused')).toMatchObject([{ by: 'ann', reason: 'lunch' }]);
  expect(find('resumed')).toMatchObject([{ by: 'bob' }]);
  expect(find('timer')).toMatchObject([
    { state: 'started', ms: 10, summary: 'a short rest' },
    { state: 'fired' },
  ]);
  expect(find('turn_started')).toMatchObject([
    { agent: 'worker', conversation: 'worker', turn: 1 },
    { agent: 'worker', conversation: 'worker', turn: 2 },
  ]);
  expect(find('model_call_completed')).toMatchObject([
    { turn: 1, attempt: 1, toolCalls: [{ tool: 'echo' }, { tool: 'echo', server: 'guarded' }] },
    { turn: 2, attempt: 2, text: 'I am done.', lastError: expect.stringContaining('overloaded') },
  ]);
  expect(find('retry')).toMatchObject([
    { live: true, attempt: 2, message: expect.stringContaining('the provider is overloaded') },
  ]);
  expect(
    find('token')
      .map(({ text }) => text)
      .join(''),
  ).toMatch(/^(I am done\.)?$/);
  expect(find('tool_call_started')).toMatchObject([
    { server: 'fixture', turn: 1, arguments: { text: 'begin' } },
    { server: 'guarded', turn: 1, arguments: { text: 'changed' } },
  ]);
  expect(find('tool_call_completed')).toHaveLength(2);
  expect(find('question_asked')).toMatchObject([
    { question: 'q1', kind: 'approval', tool: { server: 'guarded', arguments: { text: 'careful' } } },
    { question: 'q2', kind: 'input', prompt: 'Is this draft good?', choices: ['a', 'b'] },
  ]);
  expect(find('question_closed')).toMatchObject([
    { question: 'q1', kind: 'approval', how: 'answered', decision: 'approve', edited: true, by: 'ann' },
    { question: 'q2', kind: 'input', how: 'answered', text: 'b', by: 'bob' },
  ]);
  expect(find('answer')).toMatchObject([
    { via: 'update', by: 'ann' },
    { via: 'update', by: 'bob' },
  ]);
  expect(events.at(-1)).toMatchObject({ type: 'run_completed', result: 'I am done. b' });

  const { events: recorded = [] } = await app.open.client.workflow
    .getHandle(handle.workflowId)
    .fetchHistory();
  const reader = new HistoryReader();
  expect((recorded ?? []).flatMap((event) => reader.read(event as never)).map(({ type }) => type)).toEqual(
    types(durable(events)),
  );
  expect(reader.open()).toEqual([]);
});

test('a run that fails ends tail as it ends wait: its status, its cause with file and line', async () => {
  await using project = await tailProject();
  await project.worker();
  const run = await project.mcpa(['run', 'FailingWorkflow', '--id', `failing-${project.queue}`]).done;
  expect(run.status).toBe(1);
  const json = await project.mcpa(['tail', `failing-${project.queue}`, '--json']).done;
  expect(json.status).toBe(1);
  expect(eventsOf(json.stdout).at(-1)).toMatchObject({
    type: 'run_failed',
    message: 'it broke here',
    at: expect.stringMatching(/workflows\/fixture\.ts:\d+:\d+$/),
  });
  const plain = await project.mcpa(['tail', `failing-${project.queue}`]).done;
  expect(plain.status).toBe(1);
  expect(plain.stdout).toMatch(/^✗ failed \(/m);
  expect(plain.stderr).toMatch(/RUN_FAILED: it broke here\n {2}at .*fixture\.ts:\d+/);
});

test('--no-follow tells what has happened, and ends with 0 while the run goes on; a prefix of the id is enough', async () => {
  await using project = await tailProject();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('EventfulWorkflow');
  await handle.signal('pause');
  await project.worker();
  await expect
    .poll(async () => (await handle.describe()).memo?.mcpa, { timeout: 30_000 })
    .toMatchObject({ paused: {} });
  const tail = await project.mcpa(['tail', '--no-follow', '--json']).done;
  expect(tail.status, tail.stderr).toBe(0);
  expect(types(eventsOf(tail.stdout))).toEqual(
    expect.arrayContaining(['run_started', 'signal', 'task_started', 'paused']),
  );
  const all = eventsOf(tail.stdout);
  const more = await project.mcpa(['tail', '--no-follow', '--json', '--from', all[0]?.cursor ?? '']).done;
  expect(eventsOf(more.stdout)).toEqual(all.slice(1));
  await handle.cancel();
  const end = await project.mcpa(['tail', handle.workflowId]).done;
  expect(end.status).toBe(4);
});
