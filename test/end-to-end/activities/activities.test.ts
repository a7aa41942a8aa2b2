import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test, vi } from 'vitest';
import { createTestEnvironment } from '../../../dist/testing/index.js';
import { createWorker, loadConfig } from '../../../dist/worker/index.js';
import { connect } from '../../../src/client/index.js';
import { type Project, repository } from '../project.js';
import { shopProject, WORKFLOWS } from './project.js';

const open = (project: Project) => connect({ cwd: project.dir, env: project.env });
const effects = (project: Project) => project.read('effects.log').trim().split('\n');

test('a workflow calls the activities of activities.ts, retried by the policy of their name', async () => {
  await using project = await shopProject();
  const worker = await project.worker();
  expect(worker.stdout + worker.stderr).toContain('activities charge, double, resume, survive, wait');
  await using app = await open(project);
  const handle = await app.startWorkflow('ChargeWorkflow', 5);
  expect(await handle.result()).toBe('500 in attempt 3, doubled 1000');
  expect(effects(project)).toEqual(['charge 1', 'charge 2', 'charge 3']);
  const { events } = await app.open.client.workflow.getHandle(handle.workflowId).fetchHistory();
  const charge = (events ?? []).find((event) => event.activityTaskScheduledEventAttributes);
  expect(Buffer.from(charge?.userMetadata?.summary?.data ?? []).toString()).toBe('"charge"');
  const scheduled = charge?.activityTaskScheduledEventAttributes;
  expect(scheduled?.retryPolicy?.maximumAttempts).toBe(3);
  expect(Number(scheduled?.startToCloseTimeout?.seconds)).toBe(77);
});

test('options of the call go before the config', async () => {
  await using project = await shopProject();
  await project.worker();
  const run = await project.mcpa(['run', 'OnceWorkflow']).done;
  expect(run.status).toBe(1);
  expect(run.stderr).toContain('declined');
  expect(effects(project)).toEqual(['charge 1']);
});

test("the model calls activities as its tools, and a tool's code calls one", async () => {
  await using project = await shopProject();
  await project.worker();
  const run = await project.mcpa(['run', 'ShopWorkflow', 'sell']).done;
  expect(run.stdout, run.stderr).toBe('{"cents":300,"attempt":3} 8\n');
  expect(effects(project)).toEqual(['charge 1', 'charge 2', 'charge 3']);
});

test('an activity that sends no heartbeat is told of a cancellation; details of one that does are kept', async () => {
  await using project = await shopProject();
  await project.worker();
  await using app = await open(project);
  const resumed = await app.startWorkflow('ResumeWorkflow');
  const waiting = await app.startWorkflow('WaitWorkflow');
  await expect.poll(() => effects(project), { timeout: 20_000 }).toEqual(['waiting']);
  await waiting.cancel();
  await expect.poll(() => effects(project), { timeout: 20_000 }).toEqual(['waiting', 'told to stop']);
  await expect(waiting.result()).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  expect(await resumed.result()).toEqual({ row: 7 });
});

test('another worker takes an activity over soon after its own was killed', async () => {
  await using project = await shopProject();
  const worker = await project.worker();
  await using app = await open(project);
  const handle = await app.startWorkflow('SurviveWorkflow');
  await expect.poll(() => effects(project), { timeout: 20_000 }).toEqual(['attempt 1']);
  await worker.stop('SIGKILL');
  await project.worker();
  // The heartbeats' end tells: the time budget of an attempt is longer than this test.
  expect(await handle.result()).toBe(2);
});

test('what an activity file holds open keeps no worker from its end', async () => {
  await using project = await shopProject();
  const worker = await project.worker();
  expect(await worker.stop('SIGTERM')).toMatchObject({ status: 0, stderr: expect.stringMatching(/stopped/) });
  const run = await project.mcpa(['run', 'ChargeWorkflow', '--args', '[5]', '--local']).done;
  expect(run, run.stderr).toMatchObject({ status: 0, stdout: '500 in attempt 3, doubled 1000\n' });
});

test('activities given to createWorker stand in for those of files', async () => {
  await using project = await shopProject();
  const { config } = await loadConfig({ cwd: project.dir, env: project.env, require: true });
  const charge = async ({ amount }: { amount: number }) => ({ cents: -amount, attempt: 0 });
  const own = { 'mcpa.generate': charge };
  await expect(createWorker({ config, activities: own })).rejects.toMatchObject({
    code: 'ACTIVITY_DUPLICATE',
  });
  const worker = await createWorker({ config, signals: false, activities: { charge } });
  const running = worker.run();
  await using app = await open(project);
  const handle = await app.startWorkflow('ChargeWorkflow', 5);
  expect(await handle.result()).toBe('-5 in attempt 0, doubled -10');
  worker.shutdown();
  await running;
});

test('a test environment takes stand-ins for activities', async () => {
  await using project = await shopProject();
  vi.stubEnv('PROJECT', project.dir);
  await using env = await createTestEnvironment({
    projectDir: project.dir,
    address: inject('engine').address,
    activities: { charge: async () => ({ cents: 1, attempt: 1 }) },
  });
  expect(await env.run('ChargeWorkflow', 5)).toBe('1 in attempt 1, doubled 2');
  vi.unstubAllEnvs();
});

test('the types of activities.ts hold in the workflow', async () => {
  await using project = await shopProject();
  const wrong = WORKFLOWS.replace('charge({ amount })', "charge({ amount: 'much' })").replace(
    '(await double(receipt.cents))',
    '(await doubled(receipt.cents))',
  );
  project.write('workflows/wrong.ts', wrong);
  const library = (name: string) => [join(repository, 'dist', name, 'index.d.ts')];
  project.write(
    'tsconfig.test.json',
    JSON.stringify({
      extends: './tsconfig.json',
      compilerOptions: { noEmit: true, types: ['node'], paths: { 'mcpa/workflow': library('workflow') } },
      include: ['activities.ts', 'workflows/fixture.ts', 'workflows/wrong.ts'],
    }),
  );
  const check = promisify(execFile)(join(repository, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.test.json'], {
    cwd: project.dir,
  });
  const { stdout } = await check.catch((error: { stdout: string }) => error);
  const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
  expect(errors).toHaveLength(2);
  expect(errors[0]).toMatch(/^workflows\/wrong\.ts.*'string' is not assignable to type 'number'/);
  expect(errors[1]).toMatch(/^workflows\/wrong\.ts.*Cannot find name 'doubled'/);
});
