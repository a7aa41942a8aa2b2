import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import {
  type CarriedConversation,
  Conversation,
  type ConversationItem,
  type ConversationPage,
  type ConversationRef,
  FAILURE,
  type ReadConversationInput,
  utf8Length,
  WIRE,
} from '../../core/index.js';
import { callActivity } from '../calls/calls.js';
import { runState, settings } from '../run-state.js';

/** Above it a conversation is read by the run that takes it over, page by page. */
const INLINE_BYTES = 512 * 1024;
/** A page stands in history as the result of an activity, and must stay well below the engine's 2 MB. */
const PAGE_BYTES = 1_000_000;
/** The engine suggests to continue as new at 4,096 events. */
const MOST_EVENTS = 4_000;

/**
 * Whether an agent should go on in another run: history is long, and mostly not what was carried in, or a run that
 * begins with much would move at every turn.
 */
export function historyIsLong(): boolean {
  const { historySize, historyLength } = workflowInfo();
  return (
    historySize > Math.max(settings().moveAtBytes, 2 * runState.carriedBytes) || historyLength > MOST_EVENTS
  );
}

/** The conversation for another run's input: whole where it is small, else where to read it. */
export function carry(conversation: Conversation): CarriedConversation {
  const bytes = utf8Length(JSON.stringify(conversation.items));
  if (bytes <= INLINE_BYTES) return { items: conversation.items };
  const { workflowId, runId } = workflowInfo();
  return { ref: conversation.ref(workflowId, runId) };
}

/** Takes a conversation over; afterwards nothing depends on the run that it comes from. */
export async function takeOver(id: string, carried: CarriedConversation): Promise<Conversation> {
  const items = 'items' in carried ? carried.items : await readAll(carried.ref);
  runState.carriedBytes += utf8Length(JSON.stringify(items));
  const conversation = Conversation.restore(id, items);
  runState.conversations.set(id, conversation);
  return conversation;
}

async function readAll(ref: ConversationRef): Promise<ConversationItem[]> {
  const { workflowId, runId, conversation, length } = ref;
  const items: ConversationItem[] = [];
  while (items.length < length) {
    const input: ReadConversationInput = {
      workflowId,
      ...(runId === undefined ? {} : { runId }),
      conversation,
      from: items.length,
      to: length,
      maxBytes: PAGE_BYTES,
    };
    const page = await callActivity<ConversationPage>(WIRE.readConversation, input, {
      summary: `${conversation} · take over`,
    });
    if (page.items.length === 0) break;
    items.push(...page.items);
  }
  if (items.length === length) return items;
  throw ApplicationFailure.nonRetryable(
    `the conversation ${conversation} of run ${workflowId} could not be read: ${items.length} of ${length} messages`,
    FAILURE.agentLost,
  );
}
