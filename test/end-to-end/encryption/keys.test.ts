import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { loadConfig } from '../../../src/config/index.js';
import { createTestEnvironment } from '../../../src/testing/index.js';
import { bundleProject, McpaPlugin } from '../../../src/worker/index.js';
import type { Project } from '../project.js';
import { encryptedProject, engineKnows, keysText, newKey, PLAIN } from './project.js';

const [k1, k2] = [newKey(), newKey()];
let project: Project;

beforeAll(async () => {
  project = await encryptedProject({ k1 }, ', compression: { over_kb: 8 }');
});
afterAll(() => project?.[Symbol.asyncDispose]());

function keyIds(known: string): string[] {
  return [...new Set([...known.matchAll(/encryption-key-id\n(\w+)/g)].map(([, id]) => id!))].sort();
}

test('rotation: an open run goes on under a new key, and what the old one wrote is read', async () => {
  const first = await project.worker();
  const id = `rotated-${process.pid}`;
  const blocked = await project.mcpa(['run', 'AskWorkflow', PLAIN, '--id', id, '--until-blocked', '--quiet'])
    .done;
  expect(blocked.status, blocked.stderr).toBe(6);
  await first.stop('SIGTERM');

  // A worker without the old key can't go on with the run, and loses nothing.
  project.env.MCPA_ENCRYPTION_KEYS = keysText({ k2 });
  const keyless = await project.worker();
  project.env.MCPA_ENCRYPTION_KEYS = keysText({ k1, k2 });
  project.env.MCPA_ENCRYPTION_ACTIVE_KEY = 'k2';
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = app.getHandle(id);
  await handle.signal('say', 'wake up');
  await expect
    .poll(async () => (await handle.details()).blocked?.message, { timeout: 30_000 })
    .toContain('encrypted with key id "k1"');
  await keyless.stop('SIGTERM');

  await project.worker();
  expect(await project.mcpa(['answer', id, '--text', 'yes']).done).toMatchObject({ status: 0 });
  expect(await handle.result()).toBe(`the answer of ${PLAIN} yes`);
  expect(keyIds(await engineKnows(project, id))).toEqual(['k1', 'k2']);
});

test('compression comes below the encryption, and alone is read by a command without any config', async () => {
  await using app = await connect({ cwd: project.dir, env: project.env });
  const big = 'the same words again and again '.repeat(4_000);
  // No worker takes them: what stands there is the client's alone.
  const nobody = { args: [big], taskQueue: 'nobody' };
  const handle = await app.start('BigWorkflow', nobody);
  expect((await handle.describe()).historySize).toBeLessThan(5_000);
  await handle.terminate();

  const { MCPA_ENCRYPTION_KEYS: _, MCPA_ENCRYPTION_ACTIVE_KEY: __, ...env } = project.env;
  await using compressing = await connect({ cwd: project.dir, env });
  const plain = await compressing.start('BigWorkflow', nobody);
  const connection = await Connection.connect({ address: env.TEMPORAL_ADDRESS as string });
  const { events } = await new Client({ connection }).workflow.getHandle(plain.workflowId).fetchHistory();
  await connection.close();
  const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  expect(Buffer.from(input?.metadata?.encoding ?? []).toString()).toBe('binary/zlib');
  await using elsewhere = await connect({ cwd: '/', env: { TEMPORAL_ADDRESS: env.TEMPORAL_ADDRESS } });
  const told = [];
  for await (const event of elsewhere.getHandle(plain.workflowId).events({ follow: false })) told.push(event);
  expect(told[0]).toMatchObject({ type: 'run_started', input: [big] });
  await plain.terminate();
});

test('the plugin encrypts in a worker of one’s own, and the history replays', async () => {
  const { config } = await loadConfig({ cwd: project.dir, env: { ...project.env, MCPA_TASK_QUEUE: 'own' } });
  const { codePath } = await bundleProject(config);
  const connection = await NativeConnection.connect({ address: config.temporal.address });
  const taskQueue = `own-${project.queue}`;
  const plugin = new McpaPlugin({ config });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath },
    plugins: [plugin],
  });
  await worker.runUntil(async () => {
    await using app = await connect({ config });
    const handle = await app.start('FailWorkflow', { args: [PLAIN], taskQueue });
    await expect(handle.result()).rejects.toThrow(`broken: ${PLAIN}`);
    const known = await engineKnows(project, handle.workflowId);
    expect(known).not.toContain(PLAIN);
    expect(keyIds(known)).toEqual(['k2']);
    const client = await Connection.connect({ address: config.temporal.address });
    const history = await new Client({ connection: client }).workflow
      .getHandle(handle.workflowId)
      .fetchHistory();
    await client.close();
    await Worker.runReplayHistory(
      { workflowBundle: { codePath }, plugins: [plugin] },
      history,
      handle.workflowId,
    );
  });
  await connection.close();
});

test('a test environment encrypts as the config says', async () => {
  Object.assign(process.env, { MCPA_ENCRYPTION_KEYS: keysText({ k1 }), PROJECT: project.dir });
  try {
    await using env = await createTestEnvironment({
      projectDir: project.dir,
      address: project.env.TEMPORAL_ADDRESS as string,
    });
    const handle = await env.app.startWorkflow('BigWorkflow', PLAIN);
    expect(await handle.result()).toBe(PLAIN);
    expect(await engineKnows(project, handle.workflowId)).not.toContain(PLAIN);
  } finally {
    delete process.env.MCPA_ENCRYPTION_KEYS;
    delete process.env.PROJECT;
  }
});

test('a worker of an engine elsewhere says that histories are readable, one that encrypts does not', async () => {
  const { port } = new URL(`http://${project.env.TEMPORAL_ADDRESS}`);
  const elsewhere = { ...project.env, TEMPORAL_ADDRESS: `0.0.0.0:${port}` };
  const { MCPA_ENCRYPTION_KEYS: _, MCPA_ENCRYPTION_ACTIVE_KEY: __, ...plain } = elsewhere;
  const said = async (env: NodeJS.ProcessEnv) => {
    const worker = project.mcpa(['worker'], project.dir, env);
    await worker.output(/ready/);
    return (await worker.stop('SIGTERM')).stderr;
  };
  const [open, encrypted] = await Promise.all([said(plain), said(elsewhere)]);
  expect(open).toContain('histories are readable at the engine');
  expect(encrypted).not.toContain('readable');
});
