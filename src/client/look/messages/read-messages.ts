import { McpaError, WIRE } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { mapRunError } from '../../errors.js';
import { pastEvents } from '../past-events.js';
import type { ConversationMessages } from './conversation-messages.js';
import { RebuiltConversations } from './rebuilt-conversations.js';

export interface RunMessages {
  workflowId: string;
  runId: string;
  conversations: ConversationMessages[];
  /** Children: each has conversations of its own. */
  children: string[];
  /** The run that this one continues. */
  previousRunId?: string;
}

export interface MessagesOptions {
  /** Only conversations of this agent. */
  agent?: string;
  /** Up to this turn's answer. */
  turn?: number;
}

/** Rebuilds what the models saw from a run's history; needs no worker, and works on closed runs. */
export async function readMessages(
  open: OpenClient,
  workflowId: string,
  givenRunId?: string,
  options: MessagesOptions = {},
): Promise<RunMessages> {
  try {
    const runId = givenRunId ?? (await open.client.workflow.getHandle(workflowId).describe()).runId;
    const rebuilt = new RebuiltConversations();
    const children: string[] = [];
    const hosts: string[] = [];
    let previousRunId: string | undefined;
    for await (const event of pastEvents(open, { workflowId, runId })) {
      rebuilt.take(event);
      previousRunId ??= event.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
      const child = event.childWorkflowExecutionStartedEventAttributes;
      const childId = child?.workflowExecution?.workflowId;
      if (childId) (child.workflowType?.name === WIRE.agentHost ? hosts : children).push(childId);
    }
    const conversations = new Map(rebuilt.list(options.turn).map((each) => [each.conversation, each]));
    for (const host of hosts) {
      // An agent that moved took its conversation along: there it is whole.
      const moved = await readMessages(
        open,
        host,
        undefined,
        options.turn === undefined ? {} : { turn: options.turn },
      );
      for (const each of moved.conversations) conversations.set(each.conversation, each);
    }
    return {
      workflowId,
      runId,
      conversations: chosen([...conversations.values()], options),
      children,
      ...(previousRunId && { previousRunId }),
    };
  } catch (error) {
    throw mapRunError(error, workflowId, open.where);
  }
}

function chosen(all: ConversationMessages[], { agent }: MessagesOptions): ConversationMessages[] {
  const named =
    agent === undefined ? all : all.filter((each) => each.agent === agent || each.conversation === agent);
  if (agent !== undefined && named.length === 0) {
    const names = [...new Set(all.map((each) => each.agent))];
    throw new McpaError('USAGE', `the run has no agent "${agent}"`, {
      hint: names.length === 0 ? 'no agent of it has asked its model yet' : `it has: ${names.join(', ')}`,
    });
  }
  return named;
}
