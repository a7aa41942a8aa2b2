import { expect, test } from 'vitest';
import type { App, RunHandle } from '../../../src/client/index.js';
import { answered, clientOf, MeasuredWorker, memoryProject, told } from './project.js';

test('continue-as-new in user code: agents and forks of the new run begin anew, on the worker that knows the old', async () => {
  await using project = await memoryProject();
  await using app = await clientOf(project);
  const worker = await MeasuredWorker.start(project);
  const handle = await app.start<string[]>('RoundsWorkflow', { args: [0] });
  expect(await handle.result()).toEqual([told('round 2', 'trunk of 2'), told('round 2', 'fork of 2')]);
  // A fork is sent whole at its first request; nothing is read from a run that has ended.
  expect(await worker.lookups()).toMatchObject({ first: 3, resend: 3, hit: 3 * 6, query: 0, miss: 0 });
}, 120_000);

/** Goes back to before the word: `reset` of Temporal, with the signals after that point left out. */
async function backToBeforeTheWord(app: App, handle: RunHandle): Promise<void> {
  const { client } = app.open;
  const { events } = await client.workflow.getHandle(handle.workflowId).fetchHistory();
  const word = events?.findIndex((event) => event.workflowExecutionSignaledEventAttributes) ?? -1;
  const task = events?.slice(0, word).findLast((event) => event.workflowTaskCompletedEventAttributes);
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: handle.workflowId },
    reason: 'another word',
    workflowTaskFinishEventId: task?.eventId ?? null,
    requestId: `${handle.workflowId}-${Math.random()}`,
    // RESET_REAPPLY_TYPE_NONE
    resetReapplyType: 2,
  });
}

test.each([
  ['on the worker that knows the old future', false],
  ['on a new worker', true],
])(
  'reset to an earlier point, %s: the conversation is that of the point, and goes its own way',
  async (_, anew) => {
    await using project = await memoryProject();
    await using app = await clientOf(project);
    let worker = await MeasuredWorker.start(project);
    const handle = await app.start<string>('MemoryWorkflow', { args: ['first'] });
    await answered(handle, 2);
    await handle.signal('say', 'old');
    expect(await handle.result()).toBe(told('first', 'old'));
    const before = await worker.lookups();
    if (anew) {
      await worker.command.stop();
      worker = await MeasuredWorker.start(project);
    }
    await backToBeforeTheWord(app, handle);
    const reset = app.getHandle<string>(handle.workflowId);
    await reset.signal('say', 'new');
    expect(await reset.result()).toBe(told('first', 'new'));
    const { query, miss, hit } = await worker.lookups();
    expect({ query: query - (anew ? 0 : before.query), miss }).toEqual({ query: 1, miss: 0 });
    expect(hit - (anew ? 0 : before.hit)).toBe(2);

    const messages = await project.mcpa(['messages', handle.workflowId]).done;
    expect(messages.stdout, messages.stderr).toContain('remember new');
    expect(messages.stdout).not.toContain('remember old');
  },
  120_000,
);
