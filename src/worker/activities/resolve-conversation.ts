import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import {
  type ConversationItem,
  type ConversationPage,
  type ConversationQuery,
  FAILURE,
  type GenerateInput,
  WIRE,
} from '../../core/index.js';
import { type ConversationStore, digestOf } from './conversation-store.js';

const PAGE_BYTES = 1_000_000;
/** Short: a query to a worker that died hangs until its deadline (a sticky queue nobody polls). */
const QUERY_DEADLINE_MS = 2_000;

/** The items that a request refers to: from the cache, else from the run itself, page by page. */
export async function resolveConversation(
  input: GenerateInput,
  context: Context,
  store: ConversationStore,
): Promise<ConversationItem[]> {
  const runId = context.info.workflowExecution?.runId ?? '';
  const local = fromCache(input, runId, store);
  if (local !== undefined && digestOf(local) === input.digest) return local;
  const queried = await fromRun(input, context);
  if (queried === undefined || digestOf(queried) !== input.digest) {
    throw ApplicationFailure.nonRetryable(
      'The conversation could not be read back from its run.',
      FAILURE.conversationMiss,
    );
  }
  return queried;
}

function fromCache(
  input: GenerateInput,
  runId: string,
  store: ConversationStore,
): ConversationItem[] | undefined {
  const cached = input.from === 0 ? [] : store.get(`${runId}/${input.conversation}`);
  if (cached === undefined || cached.length < input.from) return undefined;
  const items = cached.slice(0, input.from);
  for (const added of input.add) {
    if (added.role !== 'tool_ref') items.push(added);
    else {
      const known = cached[items.length];
      const result = known?.role === 'tool' && known.id === added.id ? known : store.result(runId, added.id);
      if (result === undefined) return undefined;
      items.push(result);
    }
  }
  return items;
}

async function fromRun(input: GenerateInput, context: Context): Promise<ConversationItem[] | undefined> {
  const execution = context.info.workflowExecution;
  if (execution === undefined) return undefined;
  const items: ConversationItem[] = [];
  for (let tries = 0; items.length < input.length; ) {
    context.cancellationSignal.throwIfAborted();
    const query: ConversationQuery = {
      conversation: input.conversation,
      from: items.length,
      to: input.length,
      maxBytes: PAGE_BYTES,
    };
    try {
      const handle = context.client.workflow.getHandle(execution.workflowId, execution.runId);
      const page = await context.client.connection.withDeadline(Date.now() + QUERY_DEADLINE_MS, () =>
        context.client.connection.withAbortSignal(context.cancellationSignal, () =>
          handle.query<ConversationPage, [ConversationQuery]>(WIRE.conversation, query),
        ),
      );
      if (page.items.length === 0) return undefined;
      items.push(...page.items);
    } catch {
      context.cancellationSignal.throwIfAborted();
      if (++tries > 3) return undefined;
      await resetStickyQueue(context);
    }
  }
  return items;
}

async function resetStickyQueue(context: Context): Promise<void> {
  const execution = context.info.workflowExecution;
  await context.client.workflowService
    .resetStickyTaskQueue({ namespace: context.info.namespace, execution: execution ?? null })
    .catch(() => undefined);
}
