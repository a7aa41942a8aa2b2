import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../../src/client/index.js';
import type { RunStatus } from '../../../src/core/index.js';
import type { Project } from '../project.js';
import { replay } from '../replay.js';
import { actProject, clientOf, effects, PATIENT, parsed, run, start } from './project.js';

const WORKFLOWS = `
import { executeChild } from '@temporalio/workflow';
import { HoldWorkflow, LateStepsWorkflow } from './act.js';
import { ChainWorkflow } from './fixture.js';

/** Two children, one of which has a child of its own, and one that continues as new. */
export async function FamilyWorkflow(name: string): Promise<number[]> {
  return Promise.all([
    executeChild(LateStepsWorkflow, { workflowId: name + '-own' }),
    executeChild(NestWorkflow, { workflowId: name + '-nest', args: [name] }),
    executeChild(ChainWorkflow, { workflowId: name + '-chain', args: [0] }),
  ]);
}

export async function NestWorkflow(name: string): Promise<number> {
  return executeChild(LateStepsWorkflow, { workflowId: name + '-inner' });
}

export async function HoldingFamilyWorkflow(name: string): Promise<string> {
  return executeChild(HoldWorkflow, { workflowId: name + '-child' });
}
`;

let project: Project;
let app: App;
beforeAll(async () => {
  project = await actProject();
  project.write('workflows/family.ts', WORKFLOWS);
  await project.worker();
  app = await clientOf(project);
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await project?.[Symbol.asyncDispose]();
});

const heldBy = async (id: string) => (await app.getHandle(id).query<RunStatus>('mcpa.status')).held;
const ids = (list: unknown) => (list as Array<{ workflowId: string }>).map((each) => each.workflowId).sort();

test('children and grandchildren pause with the run, and go on with it; one paused on its own stays', async () => {
  await start(project, 'FamilyWorkflow', 'f', '--id', 'f');
  await expect.poll(() => heldBy('f-inner').catch(() => -1), PATIENT).toBe(0);
  const runOf = async (id: string) => (await app.getHandle(id).describe()).runId;
  const first = await runOf('f-chain');
  await app.getHandle('f-chain').signal('go');
  await expect.poll(() => runOf('f-chain'), PATIENT).not.toBe(first);
  expect((await run(project, 'pause', 'f-own', '--reason', 'a look at it')).status).toBe(0);
  const paused = parsed('pause', await run(project, 'pause', 'f', '--reason', 'night', '--json'));
  expect(paused).toMatchObject({ state: 'paused', inFlight: [] });
  expect(ids(paused.children)).toEqual(['f-chain', 'f-inner', 'f-nest', 'f-own']);
  const inner = await app.getHandle('f-inner').query<RunStatus>('mcpa.status');
  expect(inner.paused).toMatchObject({ reason: 'night', with: 'f' });
  expect(parsed('pause', await run(project, 'pause', 'f', '--json'))).toMatchObject({ already: true });

  for (const id of ['f-inner', 'f-own', 'f-chain']) await app.getHandle(id).signal('go');
  for (const id of ['f-inner', 'f-own', 'f-chain']) await expect.poll(() => heldBy(id), PATIENT).toBe(1);
  expect(effects(project, 'step 1')).toBe(0);

  const resumed = await run(project, 'resume', 'f');
  expect(resumed.stdout).toBe('f running, with 3 child runs\nf-own stays paused: it was paused on its own\n');
  await expect.poll(() => effects(project, 'step 2'), PATIENT).toBe(1);
  expect(await heldBy('f-own')).toBe(1);
  expect((await run(project, 'resume', 'f-own')).stdout).toMatch(/^f-own (running|completed)\n$/);
  expect(JSON.parse((await run(project, 'wait', 'f')).stdout)).toEqual([2, 2, 1]);
  await replay(project, 'f');
  await replay(project, 'f-inner');
});

test('what a child has in flight is waited for and named; --no-children leaves it alone', async () => {
  await start(project, 'HoldingFamilyWorkflow', 'h', '--id', 'h');
  await expect.poll(() => effects(project, 'holding'), PATIENT).toBe(1);
  expect((await run(project, 'pause', 'h', '--no-children')).stdout).toBe('h paused\n');
  expect((await app.getHandle('h-child').query<RunStatus>('mcpa.status')).paused).toBeUndefined();
  const waiting = await run(project, 'pause', 'h', '--timeout', '4s', '--json');
  expect(waiting.status).toBe(7);
  expect(parsed('pause', waiting)).toMatchObject({
    state: 'pausing',
    inFlight: [{ kind: 'activity', name: 'steps.hold', workflowId: 'h-child' }],
    children: [{ workflowId: 'h-child' }],
  });
  const again = project.mcpa(['pause', 'h']);
  await again.output(/^pausing \(1 in flight\): steps\.hold in h-child$/m);
  project.write('release', '');
  expect((await again.done).stdout).toMatch(/^h paused already since .*, with 1 child run\n$/);
  expect((await run(project, 'resume', 'h', '--no-children')).stdout).toBe('h running\n');
  expect(await heldBy('h-child')).toBe(1);
  // Already running, and still lets them go on.
  expect((await run(project, 'resume', 'h')).stdout).toBe('h running already, with 1 child run\n');
  expect((await run(project, 'wait', 'h')).stdout).toBe('done\n');
});
