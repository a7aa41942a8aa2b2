import { STATE_ATTRIBUTE } from '../../core/index.js';
import type { BatchItem, BatchOptions } from '../act/batch/act-on-runs.js';
import { Batches } from '../act/batch/batches.js';
import type { FoundRun } from '../act/batch/find-open-runs.js';
import type { OpenClient } from '../connection.js';
import { refusedRuns } from './refusals.js';

/**
 * Lets the runs of this task queue go on that wait for a login to an MCP server. One that a person has paused beside
 * it stays as it is: its own `resume` takes both back.
 */
export async function resumeAfterLogin(
  open: OpenClient,
  server: string,
  options: BatchOptions = {},
): Promise<BatchItem[]> {
  const runs: FoundRun[] = [];
  const queue = open.config.temporal.task_queue.replace(/["\\]/g, '\\$&');
  for await (const { info, refused } of refusedRuns(open, `TaskQueue = "${queue}"`)) {
    if (refused.server !== server) continue;
    const states = info.searchAttributes?.[STATE_ATTRIBUTE] as unknown[] | undefined;
    if (states?.includes('paused')) continue;
    const { workflowId, runId, type: workflow, startTime } = info;
    runs.push({ workflowId, runId, workflow, startedAt: startTime.toISOString() });
  }
  return new Batches(open).resume(runs, options);
}
