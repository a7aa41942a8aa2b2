import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect, type RunEvent } from '../../../src/client/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';
import { questionsOf } from '../elicitation/project.js';
import type { Project } from '../project.js';
import { replay } from '../replay.js';
import { effects, taskingProject } from './project.js';

let project: Project;
let app: App;

beforeAll(async () => {
  project = await taskingProject();
  await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

const call = (name: string, tool: string, options = {}) =>
  app.start('CallWorkflow', { args: [name, tool], ...options });
const resultOf = async (name: string, tool: string) => (await call(name, tool)).result();

test('a task that fails, ends with an error, is cancelled at its server or forgotten: told by words and by types', async () => {
  const ends = await Promise.all(
    ['fails', 'broken', 'dropped', 'forgotten', 'listens', 'odd'].map((tool) => resultOf('tasking', tool)),
  );
  expect(ends).toEqual([
    'error: The task of fails failed: out of memory',
    'error: no such part',
    'error: The task of dropped was cancelled at its server: by its operator',
    'thrown: mcpa.TaskLost',
    expect.stringMatching(
      /^error: The task of listens was cancelled, since it asked in vain: .*odd\/request/,
    ),
    'error: The task of odd has completed, and its server gave no result',
  ]);
  expect(effects(project, 'listens cancelled')).toBe(1);
  const told = await app.startWorkflow('ModelWorkflow', 'tasking', 'forgotten');
  expect(await told.result()).toMatch(
    /The tool said: The outcome of this call is unknown: .*Task has expired.*Check its effect/,
  );
  // Who isn't told of tasks can't answer with one.
  expect(await resultOf('none', 'build')).toMatch(/^error: .*Missing required client capability/);
});

test('a task of 30 looks costs history three events more than a call; its words stand in tail and describe', async () => {
  const handle = await app.startWorkflow('ModelWorkflow', 'tasking', 'build');
  const live: Array<RunEvent & { type: 'tool_progress' }> = [];
  const followed: string[] = [];
  for await (const event of handle.events({ live: true })) {
    shapes.tail.parse({ v: 1, ...event });
    if (event.type === 'tool_progress') live.push(event);
    else if (event.live === undefined) followed.push(event.type);
  }
  expect(live.length).toBeGreaterThan(0);
  expect(live[0]).toMatchObject({ live: true, server: 'tasking', tool: 'build', task: expect.any(String) });
  expect(live.at(-1)!.message).toMatch(/^step \d+$/);
  expect(followed.filter((type) => type.startsWith('tool_call'))).toEqual([
    'tool_call_started',
    'tool_call_completed',
    'tool_call_started',
    'tool_call_completed',
  ]);
  expect(followed).not.toContain('retry');
  expect(await handle.result()).toBe('The tool said: built after 30 looks');
  const { agents, totals } = await handle.details();
  expect(totals).toMatchObject({ turns: 2, toolCalls: 1, retries: 0 });
  expect(agents).toMatchObject([{ tools: [{ server: 'tasking', tool: 'build', calls: 1, failed: 0 }] }]);
  await replay(project, handle.workflowId);
});

test('a task that asks a person and the model: each answer is sent once', async () => {
  const handle = await call('tasking', 'asks');
  const [question] = await questionsOf(handle);
  expect(question).toMatchObject({
    kind: 'form',
    prompt: 'Sure?',
    tool: { server: 'tasking', tool: 'asks' },
  });
  await handle.answer({ action: 'accept', content: { sure: true } });
  expect(JSON.parse((await handle.result()) as string)).toEqual({
    action: 'accept',
    content: { sure: true },
    seat: 'left',
  });
  expect([effects(project, 'asks began'), effects(project, 'asks done')]).toEqual([1, 1]);
  expect([effects(project, 'asks told sure'), effects(project, 'asks told seat')]).toEqual([1, 1]);
  expect((await handle.details()).totals).toMatchObject({ turns: 1, toolCalls: 1, usage: { input: 30 } });
  await replay(project, handle.workflowId);
});

test('answers that its server refuses end a task that goes on asking', async () => {
  const handle = await call('tasking', 'picky');
  await questionsOf(handle);
  await handle.answer({ action: 'accept', content: { sure: false } });
  expect(await handle.result()).toMatch(
    /^error: The task of picky was cancelled, since its server refused the answers: .*be sure/,
  );
  expect(effects(project, 'picky cancelled')).toBe(1);
});

test('a run that is cancelled, and deadlines of the server and of the run, reach the task', async () => {
  const before = effects(project, 'slow cancelled');
  const slow = await call('tasking', 'slow');
  await expect.poll(() => effects(project, 'slow looked'), { timeout: 30_000 }).toBeGreaterThan(2);
  const [activity] = (await slow.details()).activities;
  expect(activity).toMatchObject({ what: 'tasking.slow', task: { id: expect.any(String) } });
  await slow.cancel();
  await expect(slow.result()).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  expect(effects(project, 'slow cancelled')).toBe(before + 1);

  const asks = await call('tasking', 'asks');
  await questionsOf(asks);
  await asks.cancel();
  await expect(asks.result()).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  expect(effects(project, 'asks cancelled')).toBe(1);

  const [hasty, told, late] = await Promise.all([
    resultOf('hasty', 'slow'),
    app.startWorkflow('ModelWorkflow', 'hasty', 'slow').then((handle) => handle.result()),
    call('tasking', 'slow', { executionTimeoutMs: 18_000 }).then((handle) => handle.result()),
  ]);
  expect(hasty).toBe('thrown: mcpa.TaskTimedOut');
  expect(told).toMatch(/as a task that gave no result, and was cancelled \(.*not done by its deadline\)/);
  expect(late).toBe('thrown: mcpa.TaskTimedOut');
  expect(effects(project, 'slow cancelled')).toBe(before + 4);
});

test('a call without a run follows its task as well, and cancels it on Ctrl-C', async () => {
  const before = effects(project, 'slow cancelled');
  const slow = project.mcpa(['mcp', 'call', 'tasking', 'slow']);
  const [broken, forgotten] = await Promise.all(
    ['broken', 'forgotten'].map((tool) => project.mcpa(['mcp', 'call', 'tasking', tool]).done),
  );
  expect(broken).toMatchObject({ status: 1, stdout: 'no such part\n' });
  expect(broken!.stderr).toMatch(/^goes on as task \S+\nstep 1\n/);
  expect(forgotten).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/error MCP_CALL_FAILED: .*Task has expired/),
  });
  await slow.output(/step 1/);
  expect((await slow.stop('SIGINT')).status).toBe(130);
  expect(effects(project, 'slow cancelled')).toBe(before + 1);
});
