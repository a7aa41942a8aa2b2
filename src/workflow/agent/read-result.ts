import {
  type Conversation,
  READ_RESULT,
  readResult,
  type ToolCallPart,
  type ToolItem,
} from '../../core/index.js';

/** The result of a call of mcpa's own tool `read_result`, from the conversation itself; undefined for other calls. */
export function readResultCall(conversation: Conversation, call: ToolCallPart): ToolItem | undefined {
  const [definition] = conversation.items;
  if (call.name !== READ_RESULT || definition?.role !== 'definition') return undefined;
  if (definition.tools.some((local) => local.name === READ_RESULT)) return undefined;
  return readResult(conversation.items, call);
}
