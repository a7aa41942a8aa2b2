import { describe, expect, test } from 'vitest';
import { actProject, clientOf, PATIENT, parsed, run, start } from './project.js';

describe('signal, query and update', () => {
  test('reach a run by its id, by a prefix, by @last, and the only one by nothing', async () => {
    await using project = await actProject();
    await project.worker();
    const id = await start(project, 'WordWorkflow');
    expect((await run(project, 'query', 'state', id)).stdout).toBe('waiting\n');
    const asked = await run(project, 'query', 'state', '--input', '{"a":1}', '--json');
    expect(parsed('query', asked)).toEqual({
      v: 1,
      workflowId: id,
      query: 'state',
      result: { arg: { a: 1 } },
    });
    const text = await run(project, 'query', 'state', id.slice(0, -2), '--input', '[1]', '--string');
    expect(JSON.parse(text.stdout)).toEqual({ arg: '[1]' });
    const sent = await run(project, 'signal', 'unknown', '@last', '--args', '["a", 2]', '--json');
    expect(parsed('signal', sent)).toMatchObject({
      workflowId: id,
      signal: 'unknown',
      args: ['a', 2],
      state: 'sent',
    });
    const updated = await run(project, 'update', 'change', id, '--input', 'cat', '--json');
    expect(parsed('update', updated)).toMatchObject({
      workflowId: id,
      update: 'change',
      result: 'changed to cat',
    });
    expect((await run(project, 'wait', id)).stdout).toBe('cat\n');
    const late = await run(project, 'signal', 'say', id, '--input', 'dog');
    expect(late.stderr).toMatch(/^error RUN_CLOSED: .*\nfix: mcpa result/);
    expect(late.status).toBe(2);
    const lateUpdate = await run(project, 'update', 'change', id, '--input', 'dog');
    expect(lateUpdate.stderr).toMatch(/^error RUN_CLOSED: /);
    expect(lateUpdate.status).toBe(2);
    // A closed run still answers.
    expect((await run(project, 'query', 'state', id)).stdout).toBe('waiting\n');
  });

  test('what the run does not know, or does not take, is said with what it has', async () => {
    await using project = await actProject();
    await project.worker();
    const id = await start(project, 'WordWorkflow');
    const cases: Array<[args: string[], status: number, words: RegExp]> = [
      [['query', 'nope', id], 2, /^error QUERY_UNKNOWN: .*nope.*\nfix: its queries: state, mcpa\./],
      [['query', 'state', id, '--input', 'throw'], 1, /^error QUERY_FAILED: .*no such state/],
      [['update', 'nope', id], 2, /^error UPDATE_UNKNOWN: .*nope.*\nfix: its updates: change, mcpa\./],
      [
        ['update', 'change', id, '--args', '[""]'],
        1,
        /^error UPDATE_REJECTED: .*a word is wanted\nfix: nothing was changed/,
      ],
      [['update', 'change', id, '--input', 'fail'], 1, /^error UPDATE_FAILED: .*the handler gave up/],
      [
        ['update', 'change', id, '--input', 'slow', '--timeout', '1s'],
        7,
        /^error COMMAND_TIMEOUT: .*goes on/,
      ],
      [['query', 'state', 'nobody-has-this-id'], 2, /^error RUN_UNKNOWN: /],
    ];
    for (const [args, status, words] of cases) {
      const finished = await run(project, ...args);
      expect(finished.stderr, args.join(' ')).toMatch(words);
      expect(finished.status, args.join(' ')).toBe(status);
      expect(finished.stdout).toBe('');
    }
  });

  test('no worker: query and update end with 3, a signal is kept', async () => {
    await using project = await actProject();
    const id = await start(project, 'WordWorkflow');
    const query = await run(project, 'query', 'state', id, '--timeout', '3s');
    expect(query.stderr).toMatch(/^error NO_WORKER: .*no poll on record.*\nfix: .*mcpa worker/);
    expect(query.status).toBe(3);
    // The engine may hand an update on to a worker that comes later: one that changes nothing.
    const update = await run(project, 'update', 'nope', id, '--json');
    expect(parsed('error', update)).toMatchObject({ error: { code: 'NO_WORKER' } });
    expect(update.status).toBe(3);
    const signal = await run(project, 'signal', 'say', id, '--input', 'hen');
    expect(signal.status, signal.stderr).toBe(0);
    await project.worker();
    expect((await run(project, 'wait', id)).stdout).toBe('hen\n');
  });

  test('a worker that cannot run the code: that is said, not that there is none', async () => {
    await using project = await actProject();
    await project.worker();
    await using app = await clientOf(project);
    const { workflowId } = await app.startWorkflow('MissingWorkflow');
    const attempts = async () =>
      (await app.getHandle(workflowId).describe()).raw.pendingWorkflowTask?.attempt;
    await expect.poll(attempts, PATIENT).toBeGreaterThan(1);
    const asked = await run(project, 'query', 'state', workflowId, '--timeout', '3s');
    expect(asked.stderr).toMatch(/^error NO_WORKER: .*fail to run its code.*\nfix: .*mcpa describe/);
    expect(asked.status).toBe(3);
    const paused = await run(project, 'pause', workflowId, '--timeout', '1s');
    expect(paused.stderr).toMatch(/^error (COMMAND_TIMEOUT|NO_WORKER): the pause is recorded.* fail to run/);
    expect((await run(project, 'terminate', workflowId)).status).toBe(0);
  });

  test('a worker that was killed keeps a query from no other one', async () => {
    await using project = await actProject();
    const first = await project.worker();
    const id = await start(project, 'WordWorkflow');
    expect((await run(project, 'query', 'state', id)).stdout).toBe('waiting\n');
    await first.stop('SIGKILL');
    await project.worker();
    const asked = await run(project, 'query', 'state', id);
    expect(asked.stdout, asked.stderr).toBe('waiting\n');
  });

  test('typed in the library, by name or by definition', async () => {
    await using project = await actProject();
    await project.worker();
    await using app = await clientOf(project);
    const handle = await app.startWorkflow('WordWorkflow');
    expect(await handle.query<string>('state')).toBe('waiting');
    await expect(handle.update('change', { args: [''] })).rejects.toMatchObject({
      code: 'UPDATE_REJECTED',
      message: expect.stringContaining('a word is wanted'),
    });
    const state = { type: 'query', name: 'state' } as const;
    await expect(handle.query(state, 'throw')).rejects.toMatchObject({ code: 'QUERY_FAILED' });
    expect(await handle.update<string, [string]>('change', { args: ['fox'] })).toBe('changed to fox');
    expect(await handle.result()).toBe('fox');
  });
});
