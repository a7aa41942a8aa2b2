import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';
import {
  type ConversationItem,
  type ConversationPage,
  type ConversationQuery,
  WIRE,
} from '../../../core/index.js';
import { abortable } from '../../mcp/abortable.js';

/** The engine refuses results over 2 MB. */
const PAGE_BYTES = 1_000_000;
/**
 * The first is short: a query to a worker that died, or that drains, hangs until its deadline (nobody polls the run's
 * sticky queue). Those that follow leave time for a replay.
 */
const DEADLINES_MS = [2_000, 5_000, 10_000];
const JITTER_MS = 200;
const RESET_MS = 2_000;

/** gRPC: cancelled, deadline exceeded, failed precondition, unavailable. */
const UNANSWERED = new Set<unknown>([1, 4, 9, 14]);
/** The run's code has no such query, its answer is too large, or it has ended: asking again changes nothing. */
const REFUSED = /^(QueryNotRegistered|QueryRejected|WorkflowNotFound)Error$/;

/** The run that holds a conversation; without a run id the newest of its workflow id. */
export interface Holder {
  workflowId: string;
  runId?: string;
}

/** Items `from` to `to` of a run's conversation, page by page; undefined when the run does not give them. */
export async function queryConversation(
  context: Context,
  holder: Holder,
  { conversation, from, to }: Omit<ConversationQuery, 'maxBytes'>,
): Promise<ConversationItem[] | undefined> {
  const items: ConversationItem[] = [];
  while (from + items.length < to) {
    const query = { conversation, from: from + items.length, to, maxBytes: PAGE_BYTES };
    const page = await queryPage(context, holder, query);
    if (page === undefined || page.items.length === 0) return undefined;
    items.push(...page.items);
  }
  return items;
}

/** One page; undefined when the run does not give it. */
export async function queryPage(
  context: Context,
  holder: Holder,
  query: ConversationQuery,
): Promise<ConversationPage | undefined> {
  for (let tries = 0; ; ) {
    context.cancellationSignal.throwIfAborted();
    try {
      return await ask(context, holder, query, DEADLINES_MS[tries] ?? 0);
    } catch (error) {
      context.cancellationSignal.throwIfAborted();
      if (REFUSED.test((error as Error).name) || ++tries === DEADLINES_MS.length) return undefined;
      if (UNANSWERED.has(codeOf(error))) await resetStickyQueue(context, holder);
      // Many agents of one run ask at once.
      await sleep(Math.random() * JITTER_MS);
    }
  }
}

/** The worker's connection knows deadlines and no abort signals: an aborted query is left to its deadline. */
function ask(
  { client, cancellationSignal }: Context,
  { workflowId, runId }: Holder,
  query: ConversationQuery,
  deadlineMs: number,
): Promise<ConversationPage> {
  const { connection, workflow } = client;
  const handle = workflow.getHandle(workflowId, runId);
  const answer = connection.withDeadline(Date.now() + deadlineMs, () =>
    handle.query<ConversationPage, [ConversationQuery]>(WIRE.conversation, query),
  );
  return abortable(answer, cancellationSignal);
}

/** The next query goes to any worker, which replays the run. */
async function resetStickyQueue({ client, info, metricMeter }: Context, execution: Holder): Promise<void> {
  metricMeter
    .createCounter(
      'mcpa_sticky_resets_total',
      '',
      'Queries for a conversation that no worker answered in time',
    )
    .add(1);
  const request = { namespace: info.namespace, execution };
  await client.connection
    .withDeadline(Date.now() + RESET_MS, () => client.workflowService.resetStickyTaskQueue(request))
    .catch(() => undefined);
}

function codeOf(error: unknown): unknown {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return code ?? cause?.code;
}
