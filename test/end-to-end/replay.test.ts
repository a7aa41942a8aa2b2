import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { bundleWorkflows } from '../../src/worker/bundle/index.js';
import { workerOptions } from '../../src/worker/bundle-project.js';
import { Project } from './project.js';

let project: Project;
let history: Awaited<ReturnType<typeof fetchHistory>>;
const id = `replay-${process.pid}`;

async function fetchHistory() {
  const connection = await Connection.connect({ address: project.env.TEMPORAL_ADDRESS as string });
  try {
    return await new Client({ connection }).workflow.getHandle(id).fetchHistory();
  } finally {
    await connection.close();
  }
}

async function replay(): Promise<void> {
  const { config } = await loadConfig({ cwd: project.dir, env: project.env, require: true });
  const { code, codePath } = await bundleWorkflows({
    projectDir: project.dir,
    patterns: config.workflows,
    options: workerOptions(config),
    cacheDir: `${project.dir}/.mcpa/cache/bundles`,
    onWarning: () => undefined,
  });
  await Worker.runReplayHistory(
    { workflowBundle: code === undefined ? { codePath } : { code } },
    history,
    id,
  );
}

beforeAll(async () => {
  // The worker's states are no news here.
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  project = await Project.create();
  const worker = await project.worker();
  const run = await project.mcpa(['run', 'DataProcessingWorkflow', 'sample data to process', '--id', id])
    .done;
  expect(run.status, run.stderr).toBe(0);
  history = await fetchHistory();
  await worker.stop('SIGTERM');
});
afterAll(() => project?.[Symbol.asyncDispose]());

test("C12: the template's history replays on today's bundle", async () => {
  expect(history.events?.length).toBeGreaterThan(10);
  await replay();
});

test('C12: a changed instruction replays: it shapes no command', async () => {
  const source = project.read('workflows/data-processing.ts');
  project.write(
    'workflows/data-processing.ts',
    source.replace('Process files and return results.', 'Be brief.'),
  );
  await replay();
  project.write('workflows/data-processing.ts', source);
});

test.each([
  [
    'a step before',
    'return agent.',
    "await agent.callTool('filesystem', 'list_directory', { path: '.' });\n  return agent.",
  ],
  [
    'a step after',
    /return (agent\.generateStr\(.*\));/,
    'const text = await $1;\n  await agent.listTools();\n  return text;',
  ],
  ['no step at all', /return agent\.generateStr\(.*\);/, 'return input;'],
])('C12: a swapped step is caught: %s', async (_, from, to) => {
  const source = project.read('workflows/data-processing.ts');
  project.write('workflows/data-processing.ts', source.replace(from, to));
  expect(project.read('workflows/data-processing.ts')).not.toBe(source);
  await expect(replay()).rejects.toThrow(DeterminismViolationError);
  project.write('workflows/data-processing.ts', source);
});
