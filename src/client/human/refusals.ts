import type { WorkflowExecutionInfo } from '@temporalio/client';
import { isRefused, MEMO, type PauseInfo, type RunMemo, STATE_ATTRIBUTE } from '../../core/index.js';
import { viewRun } from '../act/pause/view.js';
import type { RunRef } from '../act/run-ref.js';
import type { OpenClient } from '../connection.js';
import { mapConnectionError } from '../errors.js';
import { NO_HOSTS } from '../visibility/no-hosts.js';
import { knowsStateAttribute } from '../visibility/state-attribute.js';

/** A run that its model's provider holds up: it refuses the key, or wants money. */
export interface RefusedRun {
  workflowId: string;
  runId: string;
  workflow: string;
  taskQueue: string;
  /** Whose refusal, since when, and what to do about it. */
  refused: PauseInfo;
}

/** Runs that wait until a person mends a key, an account or a login and resumes them, over the namespace, oldest first. */
export async function readRefusals(open: OpenClient, query?: string): Promise<RefusedRun[]> {
  const runs: RefusedRun[] = [];
  for await (const { info, refused } of refusedRuns(open, query)) {
    const { workflowId, runId, type: workflow, taskQueue } = info;
    runs.push({ workflowId, runId, workflow, taskQueue, refused });
  }
  return runs.sort((a, b) => a.refused.at.localeCompare(b.refused.at));
}

/** The same as the engine lists them. */
export async function* refusedRuns(
  open: OpenClient,
  query?: string,
): AsyncGenerator<{ info: WorkflowExecutionInfo; refused: PauseInfo }> {
  const held = (await knowsStateAttribute(open)) ? ` AND ${STATE_ATTRIBUTE} = "auth"` : '';
  const narrower = query === undefined ? '' : ` AND (${query})`;
  try {
    for await (const info of open.client.workflow.list({
      query: `ExecutionStatus = "Running" AND ${NO_HOSTS}${held}${narrower}`,
      pageSize: 200,
    })) {
      const refused = (info.memo?.[MEMO] as RunMemo | undefined)?.paused;
      if (isRefused(refused)) yield { info, refused };
    }
  } catch (error) {
    throw mapConnectionError(error, open.where);
  }
}

/** Why a run's provider holds it up now; undefined when nothing does. Needs no worker. */
export async function readRefusal(open: OpenClient, run: RunRef): Promise<PauseInfo | undefined> {
  const { paused, ended } = await viewRun(open, run);
  return ended === undefined && isRefused(paused) ? paused : undefined;
}
