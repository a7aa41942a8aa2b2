import { McpaError } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { grpcCode, mapConnectionError, rootMessage } from '../../errors.js';
import { filterOf, type RunFilter } from './filter.js';
import { type RunSummary, summaryOf } from './run-summary.js';

export type SortKey = 'age' | 'cost' | 'turns' | 'tokens';

export interface ListOptions extends RunFilter {
  /** Largest first; only the runs that were read are sorted, since the engine can't. */
  sort?: SortKey;
  /** Runs to read; 50 unless told otherwise. */
  limit?: number;
}

export interface RunList {
  runs: RunSummary[];
  /** There are more runs than were read. */
  more: boolean;
}

export const DEFAULT_LIMIT = 50;
const PAGE = 1_000;
const INVALID_ARGUMENT = 3;

/** Runs as the engine's list has them: one filtered call, and none for any single run. */
export async function listRuns(open: OpenClient, options: ListOptions = {}): Promise<RunList> {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const { query, keep } = await filterOf(open, options);
  const runs: RunSummary[] = [];
  let more = false;
  let nextPageToken: Uint8Array | undefined;
  do {
    // One beyond the limit tells whether there are more; what is filtered here is read by the page.
    const pageSize = keep ? PAGE : Math.min(PAGE, limit - runs.length + 1);
    const page = await listPage(open, query, pageSize, nextPageToken);
    for (const raw of page.executions ?? []) {
      const run = summaryOf(raw);
      if (keep && !keep(run)) continue;
      if (runs.length < limit) runs.push(run);
      else more = true;
    }
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined && !more);
  return { runs: options.sort ? sorted(runs, options.sort) : runs, more };
}

async function listPage(
  { client, where }: OpenClient,
  query: string,
  pageSize: number,
  nextPageToken: Uint8Array | undefined,
) {
  try {
    return await client.workflowService.listWorkflowExecutions({
      namespace: where.namespace,
      query,
      pageSize,
      ...(nextPageToken && { nextPageToken }),
    });
  } catch (error) {
    if (grpcCode(error) !== INVALID_ARGUMENT) throw mapConnectionError(error, where);
    const reason = rootMessage(error).replace(/^\d+ INVALID_ARGUMENT: /, '');
    throw new McpaError('USAGE', `the engine refused the query ${query}: ${reason}`, {
      hint: `--query takes Temporal's list language, for example "ExecutionStatus = 'Failed'"`,
      cause: error,
    });
  }
}

/** Runs without a number come last. */
function sorted(runs: RunSummary[], key: SortKey): RunSummary[] {
  const value = (run: RunSummary): number => {
    if (key === 'age') return -Date.parse(run.startedAt);
    if (run.totals === undefined) return -1;
    const { turns, usage } = run.totals;
    if (key === 'turns') return turns;
    return key === 'cost'
      ? (usage.cost ?? -1)
      : usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
  };
  return [...runs].sort((a, b) => value(b) - value(a));
}
