import type { App, RunHandle } from '../../client/index.js';
import { isMcpaError, isRefused, McpaError, MEMO, type Question, type RunMemo } from '../../core/index.js';

type Description = Awaited<ReturnType<RunHandle['describe']>>;

/** A run of the served task queue, as its description has it: no worker is needed. */
export interface OwnRun {
  handle: RunHandle;
  workflowId: string;
  runId: string;
  workflow: string;
  status:
    | 'running'
    | 'paused'
    | 'human'
    | 'auth'
    | 'completed'
    | 'failed'
    | 'cancelled'
    | 'terminated'
    | 'timed_out';
  /** ISO 8601. */
  startedAt: string;
  closedAt?: string;
  /** Open ones, long texts shortened. */
  questions: Question[];
  /** Why it is paused, or what its model's provider wants. */
  paused?: RunMemo['paused'];
}

const CLOSED: Record<string, OwnRun['status']> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed_out',
};

/** The run of an id; one of another task queue is as unknown as one that never was. */
export async function ownRun(app: App, workflowId: string): Promise<OwnRun> {
  const handle = app.getHandle(workflowId);
  const description = await handle.describe().catch((error: unknown) => {
    throw isMcpaError(error) && error.code === 'RUN_UNKNOWN' ? unknownRun(app, workflowId) : error;
  });
  if (description.taskQueue !== app.config.temporal.task_queue) throw unknownRun(app, workflowId);
  return viewOf(handle, description);
}

function viewOf(handle: RunHandle, description: Description): OwnRun {
  const closed = CLOSED[description.status.name];
  const memo = closed ? undefined : (description.memo?.[MEMO] as Partial<RunMemo> | undefined);
  const { questions = [], paused } = memo ?? {};
  return {
    handle,
    workflowId: description.workflowId,
    runId: description.runId,
    workflow: description.type,
    status: closed ?? openStatus(questions, paused),
    startedAt: description.startTime.toISOString(),
    ...(description.closeTime && { closedAt: description.closeTime.toISOString() }),
    questions,
    ...(paused && { paused }),
  };
}

function openStatus(questions: Question[], paused: RunMemo['paused']): OwnRun['status'] {
  if (isRefused(paused)) return 'auth';
  if (paused) return 'paused';
  return questions.length > 0 ? 'human' : 'running';
}

/** Whether a question of the run still waits for its answer. */
export async function isOpen(handle: RunHandle, question: string): Promise<boolean> {
  return (await handle.questions()).some(({ id }) => id === question);
}

export function unknownRun(app: App, workflowId: string): McpaError {
  const queue = app.config.temporal.task_queue;
  return new McpaError('RUN_UNKNOWN', `no run with id "${workflowId}" on task queue ${queue}`, {
    hint: 'workflows-runs-list has the runs of this project',
  });
}

/** The workflow id that the arguments of a control tool mean: clients of mcp-agent may know the run id only. */
export async function workflowIdOf(
  app: App,
  ids: { workflow_id?: string | undefined; run_id?: string | undefined },
) {
  if (ids.workflow_id) return ids.workflow_id;
  if (!ids.run_id) {
    throw new McpaError('USAGE', 'workflow_id is missing', { hint: 'workflows-runs-list has the ids' });
  }
  const { runs } = await app.list({
    taskQueue: app.config.temporal.task_queue,
    query: `RunId = '${ids.run_id.replaceAll("'", "''")}'`,
    limit: 1,
  });
  if (runs[0] === undefined) throw unknownRun(app, ids.run_id);
  return runs[0].workflowId;
}
