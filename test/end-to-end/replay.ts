import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { loadConfig } from '../../src/config/index.js';
import { bundleWorkflows } from '../../src/worker/bundle/index.js';
import { workerOptions } from '../../src/worker/bundle-project.js';
import type { Project } from './project.js';
import { quietRuntime } from './quiet-runtime.js';

/** Replays a run on the bundle that the project's config and files make now. */
export async function replay(project: Project, id: string): Promise<void> {
  quietRuntime();
  const connection = await Connection.connect({ address: project.env.TEMPORAL_ADDRESS as string });
  const history = await new Client({ connection }).workflow.getHandle(id).fetchHistory();
  await connection.close();
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
