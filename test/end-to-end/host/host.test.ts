import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import type { RunStatus } from '../../../src/core/index.js';
import { hostRuns } from './host-runs.js';
import { hostProject, turnsScript } from './project.js';

test('an agent moves to a run of its own, continues as new, and serves the calls that come after', async () => {
  await using project = await hostProject(turnsScript(60));
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('LongWorkflow', 'begin');
  expect(await handle.result()).toEqual(['done after 60', '61', 'again']);
  const states = async () => (await hostRuns(app, handle.workflowId)).map(({ status }) => status.name);
  await expect.poll(states, { timeout: 15_000 }).not.toContain('RUNNING');
  expect((await states()).slice(0, -1)).toContain('CONTINUED_AS_NEW');
  expect((await states()).at(-1)).toBe('COMPLETED');
  const { raw } = await handle.describe();
  const own = Number(raw.workflowExecutionInfo?.historySizeBytes);
  expect(own).toBeLessThan(200_000);
  expect((await handle.describe()).memo?.mcpa).toMatchObject({ final: true, turns: 62, toolCalls: 60 });
  // What looks at the run sees all of it, in one place.
  const { conversations } = await handle.messages();
  expect(conversations).toHaveLength(1);
  expect(conversations[0]?.messages).toHaveLength(1 + 60 * 2 + 1 + 2);
  expect(conversations[0]?.missing).toBeUndefined();
  const { totals } = await handle.details();
  expect(totals).toMatchObject({ turns: 62, toolCalls: 60 });
  const listed = await project.mcpa(['list', '--task-queue', project.queue, '--json']).done;
  expect(listed.stdout.trim().split('\n')).toHaveLength(1);
});

test('the model asks a person, and uses a tool of the workflow, from the host', async () => {
  const extra = `    - tools: [{ tool: ask_human, args: { question: "Go on?" } }]
    - tools: [{ tool: shout, args: { text: "{{last}}" } }]
    - tools: [{ tool: echo, args: { text: "heard {{last}}" } }]`;
  await using project = await hostProject(turnsScript(20, extra));
  const worker = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('LongWorkflow', 'begin');
  await expect.poll(() => handle.questions(), { timeout: 30_000 }).toMatchObject([{ prompt: 'Go on?' }]);
  await worker.stop('SIGKILL');
  await project.worker();
  expect(await handle.answer({ text: 'yes' })).toMatchObject({ state: 'accepted' });
  expect(await handle.result()).toEqual(['done after 20', '24', 'again']);
});

test('a pause reaches the host: nothing starts there until the run goes on', async () => {
  await using project = await hostProject(turnsScript(40));
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('LongWorkflow', 'begin');
  const hosts = () => hostRuns(app, handle.workflowId);
  await expect.poll(async () => (await hosts()).length, { timeout: 30_000 }).toBeGreaterThan(0);
  await handle.signal('pause');
  const host = app.getHandle((await hosts())[0]?.workflowId as string);
  const status = () => host.query<RunStatus>('mcpa.status');
  await expect.poll(async () => (await status()).paused, { timeout: 30_000 }).toBeDefined();
  const pending = async () => (await host.describe()).raw.pendingActivities?.length ?? 0;
  await expect.poll(pending).toBe(0);
  const { turns } = await status();
  await project.mcpa(['describe', handle.workflowId]).done;
  expect((await status()).turns).toBe(turns);
  await handle.signal('resume');
  expect(await handle.result()).toEqual(['done after 40', '41', 'again']);
});

test('cancel reaches the call in the host, and both runs end', async () => {
  const slow = '    - { delayMs: 600000, say: never }';
  await using project = await hostProject(turnsScript(20, slow));
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('LongWorkflow', 'begin');
  const states = async () => (await hostRuns(app, handle.workflowId)).map(({ status }) => status.name);
  await expect.poll(states, { timeout: 30_000 }).toContain('RUNNING');
  await handle.cancel();
  await expect(handle.result()).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  await expect.poll(states, { timeout: 15_000 }).not.toContain('RUNNING');
});

test('an error in the host is caught in the workflow, and the agent serves on', async () => {
  const wrong = '    - { error: { class: bad_request, message: no such thing } }';
  await using project = await hostProject(turnsScript(20, wrong));
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('CatchingWorkflow', 'begin');
  expect(await handle.result()).toMatch(/^caught: .*no such thing.*, then again$/);
});

test('twenty agents of one run move, each with its own conversation', async () => {
  await using project = await hostProject(turnsScript(8));
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('ManyLongWorkflow', 20);
  expect(await handle.result()).toEqual(Array(20).fill('done after 8'));
  expect((await hostRuns(app, handle.workflowId)).length).toBeGreaterThan(1);
});
