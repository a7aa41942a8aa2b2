import { McpaError } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { grpcDetails, mapConnectionError } from '../../errors.js';
import { NO_HOSTS } from '../../visibility/no-hosts.js';

/** An open run that a batch touches. */
export interface FoundRun {
  workflowId: string;
  runId: string;
  workflow: string;
  /** ISO 8601. */
  startedAt: string;
}

/** The open runs that a query in Temporal's language finds, newest first. */
export async function findOpenRuns({ client, where }: OpenClient, query: string): Promise<FoundRun[]> {
  const runs: FoundRun[] = [];
  try {
    for await (const run of client.workflow.list({
      query: `(${query}) AND ${NO_HOSTS} AND ExecutionStatus = "Running"`,
    })) {
      runs.push({
        workflowId: run.workflowId,
        runId: run.runId,
        workflow: run.type,
        startedAt: run.startTime.toISOString(),
      });
    }
  } catch (error) {
    const detail = grpcDetails(error);
    if (!/invalid query|syntax|unable to parse|search attribute/i.test(detail))
      throw mapConnectionError(error, where);
    throw new McpaError('USAGE', `--query: ${detail}`, {
      hint: `a filter in Temporal's language, such as 'WorkflowType = "ReviewWorkflow"'`,
      cause: error,
    });
  }
  return runs;
}
