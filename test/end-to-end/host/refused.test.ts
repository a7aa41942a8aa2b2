import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
import type { RunStatus } from '../../../src/core/index.js';
import type { Project } from '../project.js';
import { replay } from '../replay.js';
import { count } from '../slow-project.js';
import { hostRuns } from './host-runs.js';
import { hostProject, turnsScript } from './project.js';

const REFUSED = `    - error: { class: auth, message: "the key is refused", times: 1 }
      tools: [{ tool: note, args: { text: "after the refusal" } }]`;

let project: Project;
let app: App;

beforeAll(async () => {
  project = await hostProject(turnsScript(40, REFUSED));
  await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app?.close();
  await project?.[Symbol.asyncDispose]();
});

async function refusedRun(id: string) {
  const handle = await app.start('LongWorkflow', { workflowId: id, args: [`go ${id}`] });
  await expect
    .poll(() => handle.refusal(), { timeout: 120_000 })
    .toMatchObject({ kind: 'auth', provider: 'scripted' });
  const host = (await hostRuns(app, id)).at(-1);
  expect(host, 'the agent has a run of its own').toBeDefined();
  return { handle, host: app.getHandle(host?.workflowId ?? '') };
}

test('a refusal in an agent’s own run closes the gate of its owner, which alone is listed; resume opens both', async () => {
  const { handle, host } = await refusedRun('held');
  expect(await host.refusal()).toMatchObject({ kind: 'auth' });
  const query = `TaskQueue = '${project.queue}'`;
  expect((await app.refusals(query)).map(({ workflowId }) => workflowId)).toEqual(['held']);
  // What is left is short: it may have ended before the answer comes.
  expect((await handle.resume()).state).toMatch(/^(running|completed)$/);
  const [text] = (await handle.result()) as string[];
  expect(text).toBe('done after 40');
  expect(count(project.read('effects.log'), 'after the refusal')).toBe(1);
  expect(await app.refusals(query)).toEqual([]);
  await replay(project, 'held');
});

test('C7: cancel of the owner ends both', async () => {
  const { handle, host } = await refusedRun('ended');
  expect((await handle.query<RunStatus>('mcpa.status')).paused).toMatchObject({ kind: 'auth' });
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
  await expect.poll(async () => (await host.describe()).status.name, { timeout: 60_000 }).not.toBe('RUNNING');
});
