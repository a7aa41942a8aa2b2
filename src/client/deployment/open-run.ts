import type { OpenClient } from '../connection.js';
import { grpcCode, mapConnectionError } from '../errors.js';

/** An open run, and the version of a deployment that it stays on. */
export interface OpenRun {
  workflowId: string;
  runId: string;
  /** The run that started it. */
  parentRunId?: string;
  /** Events of its history. */
  events: number;
  /** Build id of the version that has taken its last step, or takes the next one; absent where neither has a version. */
  version?: string;
  /** Build id. */
  pinnedTo?: string;
}

const NOT_FOUND = 5;
const RUNNING = 1;
const AT_ONCE = 16;

/** Each is described: the engine's list lags, and what it says of versions most of all. */
export async function openRuns(open: OpenClient, deployment: string, pinned: boolean): Promise<OpenRun[]> {
  const queue = open.config.temporal.task_queue.replaceAll("'", "''");
  const filters = [`TaskQueue = '${queue}'`, "ExecutionStatus = 'Running'"];
  if (pinned) filters.push("TemporalWorkflowVersioningBehavior = 'Pinned'");
  const listed: { workflowId: string; runId: string }[] = [];
  try {
    for await (const { workflowId, runId } of open.client.workflow.list({ query: filters.join(' AND ') }))
      listed.push({ workflowId, runId });
  } catch (error) {
    throw mapConnectionError(error, open.where);
  }
  const runs: OpenRun[] = [];
  while (listed.length > 0) {
    const some = listed.splice(0, AT_ONCE);
    for (const run of await Promise.all(some.map((each) => runOf(open, deployment, each))))
      if (run) runs.push(run);
  }
  return runs;
}

/** Undefined when it has ended. */
export async function runOf(
  { client, where }: OpenClient,
  deployment: string,
  execution: { workflowId: string; runId: string },
): Promise<OpenRun | undefined> {
  const { workflowId, runId } = execution;
  try {
    const { workflowExecutionInfo: info } = await client.workflowService.describeWorkflowExecution({
      namespace: where.namespace,
      execution: { workflowId, runId },
    });
    if (info?.status !== RUNNING) return undefined;
    const version = info.versioningInfo?.versioningOverride?.pinned?.version;
    const { versionTransition: moving, deploymentVersion: last } = info.versioningInfo ?? {};
    const at = moving?.deploymentVersion ?? last;
    const parentRunId = info.parentExecution?.runId;
    return {
      workflowId,
      runId,
      events: Number(info.historyLength ?? 0),
      ...(parentRunId ? { parentRunId } : {}),
      ...(at?.deploymentName === deployment && at.buildId ? { version: at.buildId } : {}),
      ...(version?.deploymentName === deployment && version.buildId ? { pinnedTo: version.buildId } : {}),
    };
  } catch (error) {
    if (grpcCode(error) === NOT_FOUND) return undefined;
    throw mapConnectionError(error, where);
  }
}
