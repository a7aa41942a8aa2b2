import type { AssistantPart, ContentPart, MessageItem } from '../messages.js';
import { lastIndex } from './last-index.js';
import type { Seen } from './view.js';

/** Characters that an image or a document counts for: about 1,600 tokens. */
const BINARY = 6_400;
/** Names, ids and brackets around each message. */
const FRAME = 20;
/** Characters a token of English, where no answer has told better. */
const DEFAULT = 1 / 4;

/** How large a message is for a model, in characters. */
export function weigh(item: MessageItem): number {
  const parts: ReadonlyArray<AssistantPart | ContentPart> = item.content;
  return parts.reduce((sum, part) => sum + weighPart(part), FRAME);
}

function weighPart(part: AssistantPart | ContentPart): number {
  switch (part.type) {
    case 'text':
      return part.text.length;
    case 'tool_call':
      return part.name.length + JSON.stringify(part.arguments).length + FRAME;
    case 'opaque':
      return JSON.stringify(part.data).length;
    case 'resource':
      return part.resource.text?.length ?? BINARY;
    case 'resource_link':
      return part.uri.length + part.name.length + (part.description?.length ?? 0);
    default:
      return BINARY;
  }
}

export function weighAll(seen: readonly Seen[]): number {
  return seen.reduce((sum, { item }) => sum + weigh(item), 0);
}

/**
 * Tokens a character, as the last answer told: its request and itself weigh so much, and cost so many tokens.
 * `overhead`: characters of instruction and tools.
 */
export function tokensPerCharacter(seen: readonly Seen[], overhead: number): number {
  const at = lastIndex(seen, ({ item }) => item.role === 'assistant' && item.tokens !== undefined);
  const answer = seen[at]?.item;
  if (answer?.role !== 'assistant' || answer.tokens === undefined) return DEFAULT;
  const known = answer.tokens / (overhead + weighAll(seen.slice(0, at + 1)));
  return Math.min(2, Math.max(0.1, known));
}
