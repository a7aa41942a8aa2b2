import { unlocked } from '../../config/index.js';
import { MEMO, type Question, type RunMemo, type RunStatus, WIRE } from '../../core/index.js';
import type { OpenClient } from '../connection.js';
import { mapRunError } from '../errors.js';

/** Time for a worker to answer; without one the memo's shortened texts must do. */
const QUERY_DEADLINE_MS = 2_000;

/** The open questions of a run, whole where a worker answers, else as its memo has them. */
export async function openQuestions(
  { client, where }: OpenClient,
  run: { workflowId: string; runId?: string | undefined },
): Promise<Question[]> {
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  const description = await handle.describe().catch((error: unknown) => {
    throw mapRunError(error, run.workflowId, where);
  });
  if (description.status.name !== 'RUNNING') return [];
  const memo = unlocked(description.memo?.[MEMO]) as RunMemo | undefined;
  try {
    const status = await client.connection.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
      handle.query<RunStatus>(WIRE.status),
    );
    return status.questions;
  } catch {
    return memo?.questions ?? [];
  }
}
