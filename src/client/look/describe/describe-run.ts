import { McpaError, type RunStatus, WIRE } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { mapRunError } from '../../errors.js';
import { type WorkerPresence, workerPresence } from '../../presence.js';
import { memoOf, type RunSummary, summaryOf } from '../list/run-summary.js';
import { readFacts, sumRun } from './lineage.js';
import { pendingActivity, type RawDescription } from './pending.js';
import { historySize, type RunDetails } from './run-details.js';
import type { RunFacts } from './run-facts.js';

/** A worker that polled this long ago may be alive: its long poll lasts a minute. */
const FRESH_POLL_MS = 75_000;
/** What a worker adds (whole questions, held starts) is not worth waiting for. */
const QUERY_DEADLINE_MS = 1_500;
/** Characters of the input and of the result. */
const PAYLOAD_TEXT = 1_000;

/** Describes one run from the engine and its history alone; a worker only adds to it. */
export async function describeRun(open: OpenClient, workflowId: string, runId?: string): Promise<RunDetails> {
  try {
    const raw = await describeRaw(open, workflowId, runId);
    const summary = summaryOf(raw.workflowExecutionInfo ?? {});
    const run = { workflowId, runId: summary.runId };
    const [facts, presence] = await Promise.all([
      readFacts(open, run),
      workerPresence(open, summary.taskQueue),
    ]);
    if (!facts) {
      throw new McpaError('RUN_UNKNOWN', `the history of run ${workflowId} is gone`, {
        hint: 'the engine keeps it for the retention of the namespace',
      });
    }
    const [sums, status] = await Promise.all([
      sumRun(open, run, facts),
      summary.closedAt ? undefined : askRun(open, run, presence),
    ]);
    return { ...detailsOf(raw, summary, facts, status), ...sums, worker: presence };
  } catch (error) {
    throw mapRunError(error, workflowId, open.where);
  }
}

function describeRaw({ client, where }: OpenClient, workflowId: string, runId: string | undefined) {
  return client.workflowService.describeWorkflowExecution({
    namespace: where.namespace,
    execution: { workflowId, ...(runId !== undefined && { runId }) },
  });
}

type OwnDetails = Omit<RunDetails, 'totals' | 'own' | 'agents' | 'gone' | 'worker'>;

function detailsOf(
  raw: RawDescription,
  { totals: _, ...summary }: RunSummary,
  facts: RunFacts,
  status: RunStatus | undefined,
): OwnDetails {
  const info = raw.workflowExecutionInfo ?? {};
  const recorded = memoOf(info);
  const memo = summary.closedAt ? undefined : recorded;
  const { start, failure, result, nextRunId } = facts;
  const paused = status?.paused ?? memo?.paused;
  const blocked = blockedBy(raw, facts);
  return {
    ...summary,
    ...(blocked && asBlocked(summary)),
    input: shortJson(start?.input.length === 1 ? start.input[0] : (start?.input ?? [])),
    ...(result !== undefined && { result: shortJson(result) }),
    ...(failure && { failure }),
    ...(paused && { paused }),
    ...(status && { held: status.held }),
    questions: status?.questions ?? memo?.questions ?? [],
    plans: status?.progress ?? (recorded?.progress ? [recorded.progress] : []),
    activities: (raw.pendingActivities ?? []).map((each) =>
      pendingActivity(each, facts.activities.open(), summary.closedAt !== undefined),
    ),
    children: (raw.pendingChildren ?? []).map((child) => ({
      workflowId: child.workflowId ?? '',
      runId: child.runId ?? '',
      workflow: child.workflowTypeName ?? '',
    })),
    timers: summary.closedAt ? [] : [...facts.timers.values()],
    ...(raw.workflowExtendedInfo?.cancelRequested && !summary.closedAt && { cancelRequested: true as const }),
    ...(blocked && { blocked }),
    history: historySize(Number(info.historyLength ?? 0), Number(info.historySizeBytes ?? 0)),
    ...(start && start.attempt > 1 && { attempt: start.attempt }),
    ...(start?.previous && { previous: start.previous }),
    ...(nextRunId && { nextRunId }),
  };
}

/** Only the first failure of a task stands in history; how often it was tried since, the engine tells. */
function blockedBy({ pendingWorkflowTask }: RawDescription, { taskFailure }: RunFacts) {
  const attempt = pendingWorkflowTask?.attempt ?? 1;
  return taskFailure && attempt > 1 ? { ...taskFailure, attempt } : undefined;
}

/** The engine's search attribute comes after several failures, or never: here the task itself is known. */
function asBlocked({ states, waits }: Pick<RunSummary, 'states' | 'waits'>) {
  if (states.includes('blocked')) return { status: 'blocked' as const };
  return {
    status: 'blocked' as const,
    states: ['blocked' as const, ...states],
    waits: [{ for: 'blocked' as const }, ...waits],
  };
}

/** What only the run itself knows; undefined where no worker seems to be, or none answers soon. */
async function askRun(
  { client }: OpenClient,
  run: { workflowId: string; runId: string },
  { lastPollMs }: WorkerPresence,
): Promise<RunStatus | undefined> {
  if (lastPollMs === undefined || lastPollMs > FRESH_POLL_MS) return undefined;
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  const ask = () => handle.query<RunStatus>(WIRE.status);
  // A plain Temporal run has no such query.
  return client.connection.withDeadline(Date.now() + QUERY_DEADLINE_MS, ask).catch(() => undefined);
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > PAYLOAD_TEXT ? `${text.slice(0, PAYLOAD_TEXT - 1)}…` : text;
}
