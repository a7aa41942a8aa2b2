import type {
  AssistantItem,
  DefinitionItem,
  StopReason,
  ToolItem,
  Usage,
  UserItem,
} from '../../../core/index.js';

/**
 * One message of a conversation. `turn`: the turn that sent it to the model, or that answered.
 * What an agent took over by `fork` came with its first request, answers included.
 */
export type Message = { index: number; turn: number; at: string; leftOut?: MessageLeftOut } & (
  | UserItem
  | (ToolItem & { tool?: string })
  | (Omit<AssistantItem, 'tokens'> & { model?: string; stopReason?: StopReason; usage?: Usage })
);

/** From this turn on the model sees a summary, or one line, in the message's place. */
export interface MessageLeftOut {
  turn: number;
  as: 'summary' | 'line';
}

/** The messages of one agent, as its model saw them. */
export interface ConversationMessages {
  conversation: string;
  agent: string;
  definition?: DefinitionItem;
  /** All of them, with a mark on those that the model no longer sees. */
  messages: Message[];
  /** What the model sees in the place of messages, from this turn on. */
  summary?: { turn: number; text: string };
  /** Messages that were too large to send, so that history has them nowhere: a worker rebuilt them by replay. */
  missing?: number;
}
