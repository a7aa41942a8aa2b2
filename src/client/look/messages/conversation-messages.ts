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
export type Message = { index: number; turn: number; at: string } & (
  | UserItem
  | (ToolItem & { tool?: string })
  | (AssistantItem & { model?: string; stopReason?: StopReason; usage?: Usage })
);

/** The messages of one agent, as its model saw them. */
export interface ConversationMessages {
  conversation: string;
  agent: string;
  definition?: DefinitionItem;
  messages: Message[];
  /** Messages that were too large to send, so that history has them nowhere: a worker rebuilt them by replay. */
  missing?: number;
}
