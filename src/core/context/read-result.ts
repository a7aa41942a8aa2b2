import type { ConversationItem, LocalToolSpec, ToolCallPart, ToolItem } from '../messages.js';
import { findResult, resultText } from './result-text.js';

export const READ_RESULT = 'read_result';

/** Characters of one reading, where the limit of the result itself isn't lower. */
const MOST = 32_768;

/** The tool by which a model reads what it was not shown. */
export const READ_RESULT_TOOL: LocalToolSpec = {
  name: READ_RESULT,
  description: `Read a tool result that was shortened or left out of this conversation, or a part of it: at most ${MOST} characters at a time.`,
  inputSchema: {
    type: 'object',
    properties: {
      id: { type: 'string', description: 'The id that stands where the result was left out.' },
      offset: { type: 'integer', minimum: 0, description: 'Where to begin, in characters; default 0.' },
      length: { type: 'integer', minimum: 1, maximum: MOST, description: 'How many characters.' },
    },
    required: ['id'],
  },
};

/** The result of a call of `read_result`: a reference, as the text stands in the conversation already. */
export function readResult(items: readonly ConversationItem[], call: ToolCallPart): ToolItem {
  const { id, offset = 0, length = MOST } = call.arguments;
  const item: ToolItem = { role: 'tool', callId: call.id, id: `p-${call.id}`, content: [] };
  const problem = (text: string): ToolItem => ({ ...item, content: [{ type: 'text', text }], isError: true });
  if (typeof id !== 'string') return problem('`id` is missing: it stands where the result was left out.');
  if (!isCount(offset) || !isCount(length) || length === 0)
    return problem('`offset` and `length` must be whole numbers from 0 and from 1 on.');
  const found = findResult(items, id);
  if (found === undefined) return problem(`There is no result with the id "${id}" in this conversation.`);
  const total = resultText(found.content).length;
  if (offset >= total && total > 0)
    return problem(`The result has ${total} characters: ${offset} is behind its end.`);
  return {
    ...item,
    part: { of: found.id, offset, length: Math.min(length, found.limit ?? MOST, MOST, total - offset) },
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
