import {
  ApplicationFailure,
  ContinueAsNew,
  defineQuery,
  setHandler,
  TemporalFailure,
  type WorkflowInterceptors,
} from '@temporalio/workflow';
import {
  type ConversationItem,
  type ConversationPage,
  type ConversationQuery,
  FAILURE,
  WIRE,
} from '../core/index.js';
import { runState } from './run-state.js';

export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      async execute(input, next) {
        setHandler(defineQuery<ConversationPage, [ConversationQuery]>(WIRE.conversation), conversationPage);
        try {
          return await next(input);
        } catch (error) {
          throw asRunFailure(error);
        }
      },
    },
  ],
});

/** Items from `from` on, as many as fit into `maxBytes` (at least one). */
function conversationPage(query: ConversationQuery): ConversationPage {
  const items = runState.conversations.get(query.conversation)?.items ?? [];
  const page: ConversationItem[] = [];
  let bytes = 0;
  for (const item of items.slice(query.from, query.to)) {
    // A UTF-16 unit is at most three bytes; JSON escaping can double ASCII.
    bytes += JSON.stringify(item).length;
    if (page.length > 0 && bytes > query.maxBytes) break;
    page.push(item);
  }
  return { items: page, next: query.from + page.length };
}

/** A plain error of user code fails the run; Temporal would retry the task for ever. */
function asRunFailure(error: unknown): unknown {
  if (error instanceof TemporalFailure || error instanceof ContinueAsNew) return error;
  if (!(error instanceof Error)) return ApplicationFailure.nonRetryable(String(error), FAILURE.userError);
  const failure = ApplicationFailure.create({
    message: error.message,
    type: error.name === 'Error' ? FAILURE.userError : error.name,
    nonRetryable: true,
    ...(error.cause instanceof Error ? { cause: error.cause } : {}),
  });
  if (error.stack !== undefined) failure.stack = error.stack;
  return failure;
}
