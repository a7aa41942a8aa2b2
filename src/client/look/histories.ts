import type { HistoryAndWorkflowId } from '@temporalio/client';
import type { OpenClient } from '../connection.js';
import { grpcCode, mapConnectionError } from '../errors.js';

export interface HistoriesOptions {
  /** Runs that are open. */
  open?: boolean;
  /** So many of the runs that ended last. */
  recent?: number;
  /** Of this workflow alone. */
  workflow?: string;
}

/** A history, and whose it is. */
export interface OwnedHistory extends HistoryAndWorkflowId {
  runId: string;
}

/** Ended runs that are read where nothing else was asked for. */
const RECENT = 20;
const NOT_FOUND = 5;

/** Histories of the task queue's runs; of all open and some ended ones unless told otherwise. */
export async function* readHistories(
  { client, where, config }: OpenClient,
  options: HistoriesOptions = {},
): AsyncGenerator<OwnedHistory> {
  const all = options.open === undefined && options.recent === undefined;
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const filters = [`TaskQueue = ${quoted(config.temporal.task_queue)}`];
  if (options.workflow !== undefined) filters.push(`WorkflowType = ${quoted(options.workflow)}`);
  const parts = [
    { status: "ExecutionStatus = 'Running'", limit: all || options.open ? Number.POSITIVE_INFINITY : 0 },
    { status: "ExecutionStatus != 'Running'", limit: options.recent ?? (all ? RECENT : 0) },
  ];
  try {
    for (const { status, limit } of parts) {
      let left = limit;
      if (left <= 0) continue;
      for await (const { workflowId, runId } of client.workflow.list({
        query: [...filters, status].join(' AND '),
      })) {
        const history = await client.workflow
          .getHandle(workflowId, runId)
          .fetchHistory()
          .catch((error: unknown) => {
            // Deleted since it was listed.
            if (grpcCode(error) === NOT_FOUND || (error as Error).name === 'WorkflowNotFoundError')
              return undefined;
            throw error;
          });
        if (history) yield { workflowId, runId, history };
        if (--left === 0) break;
      }
    }
  } catch (error) {
    throw mapConnectionError(error, where);
  }
}
