import { NativeConnection, Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { connect } from '../../src/client/index.js';
import { bundleProject, loadConfig, McpaPlugin } from '../../src/worker/index.js';
import { slowProject } from './slow-project.js';

const ECHO = `
turns:
  - tools: [{ tool: echo, args: { text: "{{input}}" } }]
  - say: "{{result.0}}"
`;

test('C10: a signal sent before the worker’s first task of the run is not lost', async () => {
  await using project = await slowProject(ECHO);
  const app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('SignalledWorkflow');
  await handle.signal('say', 'early');
  await project.worker();
  expect(await handle.result()).toBe('early');
  await app.close();
});

test('McpaPlugin hosts agents in a Temporal worker of one’s own', async () => {
  await using project = await slowProject(ECHO);
  const { config } = await loadConfig({ cwd: project.dir, env: project.env, require: true });
  const { codePath } = await bundleProject(config);
  const connection = await NativeConnection.connect({ address: config.temporal.address });
  const worker = await Worker.create({
    connection,
    taskQueue: project.queue,
    workflowBundle: { codePath },
    plugins: [new McpaPlugin({ config })],
  });
  const app = await connect({ cwd: project.dir, env: project.env });
  const result = await worker.runUntil(async () =>
    (await app.startWorkflow('SlowWorkflow', 'mine')).result(),
  );
  expect(result).toBe('mine');
  await app.close();
  await connection.close();
});
