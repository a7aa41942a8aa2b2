import { QueryNotRegisteredError } from '@temporalio/client';
import { unlocked } from '../../../config/index.js';
import { McpaError } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { grpcCode, grpcDetails, isTransient, mapRunError } from '../../errors.js';
import { noWorker } from '../no-worker.js';
import type { RunRef } from '../run-ref.js';
import { knownMessages, namesText } from './known-messages.js';

export interface QueryOptions {
  /** How long an answer is waited for; ten seconds otherwise. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** A query to a worker that died hangs on its own queue until the deadline: not waited out. */
const FIRST_TRY_MS = 2_000;
const DEFAULT_MS = 10_000;

/** Asks a run; throws `NO_WORKER` when none answers in time, and `QUERY_UNKNOWN` with the queries that exist. */
export async function queryRun<T>(
  open: OpenClient,
  run: RunRef,
  query: string,
  args: unknown[],
  options: QueryOptions = {},
): Promise<T> {
  try {
    return unlocked(await askTwice<T>(open, run, query, args, options));
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof QueryNotRegisteredError) throw await queryFailed(open, run, query, error);
    if (isUnanswered(error)) throw await noWorker(open, run, `query ${query} was not answered`);
    throw mapRunError(error, run.workflowId, open.where);
  }
}

/** The first try ends early; then the run's tie to one worker is cut, so that any other may answer. */
export async function askTwice<T>(
  open: OpenClient,
  run: RunRef,
  query: string,
  args: unknown[],
  { timeoutMs = DEFAULT_MS, signal }: QueryOptions = {},
): Promise<T> {
  const { client, where } = open;
  const end = Date.now() + timeoutMs;
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  const ask = (deadline: number) => {
    const call = () =>
      client.connection.withDeadline(deadline, () => handle.query<T, unknown[]>(query, ...args));
    return signal === undefined ? call() : client.connection.withAbortSignal(signal, call);
  };
  try {
    return await ask(Math.min(end, Date.now() + FIRST_TRY_MS));
  } catch (error) {
    if (signal?.aborted || !isUnanswered(error) || Date.now() >= end) throw error;
  }
  const execution = { workflowId: run.workflowId, runId: run.runId ?? '' };
  await client.workflowService
    .resetStickyTaskQueue({ namespace: where.namespace, execution })
    .catch(() => undefined);
  return ask(end);
}

/** A deadline also comes back as "cancelled", when the engine notices it first. */
const CANCELLED = 1;

/** Also said of a run whose first task no worker has taken yet, or whose tasks fail. */
function isUnanswered(error: unknown): boolean {
  return (
    isTransient(error) ||
    grpcCode(error) === CANCELLED ||
    /no poller|not handled|at least one workflow task|task in failed state/i.test(grpcDetails(error))
  );
}

/** The engine has one status for "no such query" and "the handler threw"; the run's own list tells them apart. */
async function queryFailed(open: OpenClient, run: RunRef, query: string, cause: Error): Promise<McpaError> {
  const known = await knownMessages(open, run).catch(() => undefined);
  if (known === undefined || known.queries.includes(query)) {
    return new McpaError('QUERY_FAILED', `query ${query} of run ${run.workflowId}: ${cause.message}`, {
      hint: 'the handler in the workflow threw this; check the arguments',
      cause,
    });
  }
  return new McpaError('QUERY_UNKNOWN', `run ${run.workflowId} has no query "${query}"`, {
    hint: `its queries: ${namesText(known.queries)}`,
    cause,
  });
}
