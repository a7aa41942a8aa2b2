import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import {
  type ConversationPage,
  FAILURE,
  type ReadConversationInput,
  type RunSettings,
} from '../../../core/index.js';
import { Heartbeat } from '../heartbeat.js';
import type { Services } from '../services.js';
import { queryPage } from './query-conversation.js';

/** One page of a conversation that another run holds, open or closed: its result stands in this run's history. */
export async function readConversation(
  services: Services,
  input: ReadConversationInput & { wantSettings?: boolean },
): Promise<ConversationPage & { settings?: RunSettings }> {
  const context = Context.current();
  using _ = new Heartbeat(context, services.heartbeatMs);
  const { workflowId, runId, conversation, from, to, maxBytes } = input;
  const holder = { workflowId, ...(runId === undefined ? {} : { runId }) };
  const page = await queryPage(context, holder, { conversation, from, to, maxBytes });
  if (page === undefined) {
    const message = `run ${workflowId} did not give its conversation ${conversation}`;
    throw ApplicationFailure.retryable(message, FAILURE.conversationMiss);
  }
  return input.wantSettings ? { ...page, settings: services.settings } : page;
}
