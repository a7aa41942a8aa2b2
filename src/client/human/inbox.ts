import type { WorkflowExecutionInfo } from '@temporalio/client';
import { lockOf } from '../../config/index.js';
import { MEMO, type Question, type RunMemo, STATE_ATTRIBUTE } from '../../core/index.js';
import type { OpenClient } from '../connection.js';
import { mapConnectionError } from '../errors.js';
import { knowsStateAttribute } from '../visibility/state-attribute.js';

/** A question that waits for a person; long texts are shortened, `handle.questions()` has them whole. */
export interface InboxEntry {
  workflowId: string;
  runId: string;
  workflow: string;
  taskQueue: string;
  question: Question;
  /** Why the question can't be read here: a key is missing. It stands as `?` then, since the run's start. */
  locked?: string;
}

/** The questions of one run, as its memo tells; where its key is missing, one entry that says so. */
function entriesOf(run: WorkflowExecutionInfo): InboxEntry[] {
  const place = {
    workflowId: run.workflowId,
    runId: run.runId,
    workflow: run.type,
    taskQueue: run.taskQueue,
  };
  const memo = run.memo?.[MEMO] as RunMemo | undefined;
  const locked = lockOf(memo);
  const attribute = (run.searchAttributes[STATE_ATTRIBUTE] ?? []) as readonly unknown[];
  if (locked !== undefined && attribute.includes('human')) {
    const question = {
      id: '?',
      kind: 'input' as const,
      prompt: `(${locked.message})`,
      askedAt: run.startTime.toISOString(),
    };
    return [{ ...place, question, locked: locked.message }];
  }
  return (memo?.questions ?? []).map((question) => ({ ...place, question }));
}

/** Everything that waits for a person, over all runs of the namespace, oldest question first. */
export async function readInbox(open: OpenClient, query?: string): Promise<InboxEntry[]> {
  const waiting = (await knowsStateAttribute(open))
    ? `ExecutionStatus = "Running" AND ${STATE_ATTRIBUTE} = "human"`
    : // Without the attribute the memos of the open runs tell: more pages, the same answer.
      'ExecutionStatus = "Running"';
  const filter = query === undefined ? waiting : `${waiting} AND (${query})`;
  const entries: InboxEntry[] = [];
  try {
    for await (const run of open.client.workflow.list({ query: filter, pageSize: 200 })) {
      entries.push(...entriesOf(run));
    }
  } catch (error) {
    throw mapConnectionError(error, open.where);
  }
  return entries.sort((a, b) => a.question.askedAt.localeCompare(b.question.askedAt));
}
