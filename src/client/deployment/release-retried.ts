import type { OpenClient } from '../connection.js';
import { WorkerVersions } from './worker-versions.js';

/** Begins the names of deployments that `mcpa dev` keeps (src/cli/dev/versions/set-back.ts). */
const DEV_DEPLOYMENT = 'mcpa-dev-';

/**
 * A retry takes over where the run before was pinned. That of a `dev` that has ended has no worker: the retry is for whoever serves
 * the queue now. A `dev` that lives sees to it itself.
 */
export async function releaseRetried(
  open: OpenClient,
  run: { workflowId: string; runId: string },
): Promise<void> {
  const { workflowExecutionInfo: info } = await open.client.workflowService
    .describeWorkflowExecution({ namespace: open.where.namespace, execution: run })
    .catch(() => ({ workflowExecutionInfo: undefined }));
  const name = info?.versioningInfo?.versioningOverride?.pinned?.version?.deploymentName;
  if (!name?.startsWith(DEV_DEPLOYMENT)) return;
  const versions = new WorkerVersions(open, name);
  if (!(await versions.current())) await versions.release(run);
}
