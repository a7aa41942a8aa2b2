import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type ConversationItem, FAILURE, type GenerateInput } from '../../../core/index.js';
import { type ConversationStore, conversationKey, digestOf } from './conversation-store.js';
import { queryConversation } from './query-conversation.js';

/**
 * How a request's conversation was found: brought whole by a conversation's first request, in the worker's cache, read
 * from the run by query, brought whole once more. Or not: then the run sends it whole.
 */
type How = 'first' | 'hit' | 'query' | 'resend' | 'miss';

/** The items that a request refers to: from the cache, else from the run itself, page by page. */
export async function resolveConversation(
  input: GenerateInput,
  context: Context,
  store: ConversationStore,
): Promise<ConversationItem[]> {
  const runId = context.info.workflowExecution?.runId ?? '';
  const cached = store.get(conversationKey(runId, input.conversation)) ?? [];
  const local = fromCache(input, cached, runId, store);
  if (local !== undefined && digestOf(local) === input.digest) {
    count(context, howOf(input));
    return local;
  }
  const queried = await fromRun(input, context, cached);
  count(context, queried === undefined ? 'miss' : 'query');
  if (queried !== undefined) return queried;
  throw ApplicationFailure.nonRetryable(
    'The conversation could not be read back from its run.',
    FAILURE.conversationMiss,
  );
}

function howOf({ from, add }: GenerateInput): How {
  if (from > 0) return 'hit';
  return add.some((item) => item.role === 'assistant') ? 'resend' : 'first';
}

function fromCache(
  input: GenerateInput,
  cached: ConversationItem[],
  runId: string,
  store: ConversationStore,
): ConversationItem[] | undefined {
  if (cached.length < input.from) return undefined;
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

/** What is cached from earlier turns need not be read once more, unless it is of an attempt that the run never took. */
async function fromRun(
  input: GenerateInput,
  context: Context,
  cached: ConversationItem[],
): Promise<ConversationItem[] | undefined> {
  const holder = context.info.workflowExecution;
  if (holder === undefined) return undefined;
  const { conversation, length, digest } = input;
  for (const have of cached.length > 0 ? [cached.slice(0, length), []] : [[]]) {
    const read = await queryConversation(context, holder, { conversation, from: have.length, to: length });
    if (read === undefined) return undefined;
    const items = [...have, ...read];
    if (digestOf(items) === digest) return items;
  }
  return undefined;
}

function count(context: Context, how: How): void {
  context.metricMeter
    .createCounter('mcpa_conversation_lookups_total', '', 'How model calls found their conversation')
    .add(1, { how });
}
