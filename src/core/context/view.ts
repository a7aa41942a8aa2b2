import type {
  AssistantItem,
  ConversationItem,
  LeftOut,
  MessageItem,
  ToolItem,
  UserItem,
} from '../messages.js';
import { lastIndex } from './last-index.js';
import { findResult, grouped, resultText, slice, textOfPart } from './result-text.js';

/** A message as the model sees it, and the item that it stands for; a summary stands for many. */
export interface Seen {
  index: number;
  item: MessageItem;
}

/** Below this a result is shorter than the line that would stand for it, or not by much. */
const WORTH_LEAVING_OUT = 300;

/** What the last compaction left out. */
export function leftOutOf(items: readonly ConversationItem[]): LeftOut {
  const last = items[lastIndex(items, (item) => item.role === 'compaction')];
  return last?.role === 'compaction' ? last.leftOut : {};
}

/** Whether there is something to read. */
export function offersReadResult(items: readonly ConversationItem[]): boolean {
  return (
    leftOutOf(items).resultsBefore !== undefined ||
    items.some((item) => item.role === 'tool' && item.limit !== undefined)
  );
}

/** The conversation as the model sees it: it follows from the items alone, so every worker sends the same. */
export function modelView(items: readonly ConversationItem[], leftOut = leftOutOf(items)): Seen[] {
  const { summary, resultsBefore = 0 } = leftOut;
  const from = summary?.before ?? 0;
  const seen: Seen[] = [];
  const names = new Map<string, string>();
  const request = lastIndex(items, (item) => item.role === 'user');
  if (summary) {
    if (request >= 0 && request < from) seen.push({ index: request, item: items[request] as UserItem });
    seen.push({ index: -1, item: summaryMessage(summary.text) });
  }
  for (const [index, item] of items.entries()) {
    if (item.role === 'assistant') note(item, names);
    if (index < from || item.role === 'definition' || item.role === 'compaction') continue;
    if (item.role !== 'tool') seen.push({ index, item });
    else {
      const name = names.get(item.callId) ?? 'a tool';
      const shown = index < resultsBefore ? stub(item, items, name) : shorten(item, items);
      seen.push({ index, item: shown });
    }
  }
  return seen;
}

function note(item: AssistantItem, names: Map<string, string>): void {
  for (const part of item.content) if (part.type === 'tool_call') names.set(part.id, part.name);
}

function summaryMessage(text: string): UserItem {
  const told = `[Earlier messages of this conversation were left out. A summary of them:]\n\n${text}`;
  return { role: 'user', content: [{ type: 'text', text: told }] };
}

/** Whether a line would take less room than the result. */
export function worthLeavingOut({ content }: Pick<ToolItem, 'content'>): boolean {
  return (
    resultText(content).length >= WORTH_LEAVING_OUT || content.some((part) => textOfPart(part) === undefined)
  );
}

/** One line instead of a result; a short result stays. */
export function stub(item: ToolItem, items: readonly ConversationItem[], name: string): ToolItem {
  const shown = shorten(item, items);
  if (!worthLeavingOut(shown)) return shown;
  const length = resultText(shown.content).length;
  const others = shown.content.filter((part) => textOfPart(part) === undefined).length;
  const { id, content } = original(item, items);
  const size = [
    ...(length > 0 ? [`${grouped(resultText(content).length)} characters`] : []),
    ...(others > 0 ? [`${others} of another kind`] : []),
  ].join(' and ');
  const read = length > 0 ? `: read_result with id "${id}" reads it` : '';
  return {
    ...bare(item),
    content: [{ type: 'text', text: `[result of ${name}, ${size}, left out${read}]` }],
  };
}

/** A result within its limit: its beginning and its end, and how to read what is between. */
export function shorten(item: ToolItem, items: readonly ConversationItem[]): ToolItem {
  if (item.part !== undefined)
    return { ...bare(item), content: [{ type: 'text', text: partText(item, items) }] };
  if (item.limit === undefined) return item;
  const text = resultText(item.content);
  if (text.length <= item.limit) return bare(item);
  const head = Math.floor(item.limit * 0.75);
  const tail = text.length - (item.limit - head);
  const gap = `[… characters ${grouped(head)} to ${grouped(tail)} of ${grouped(text.length)} are left out here: read_result with id "${item.id}" reads them …]`;
  const shown = `${slice(text, 0, head)}\n${gap}\n${slice(text, tail, text.length)}`;
  const others = item.content.filter((part) => textOfPart(part) === undefined);
  return { ...bare(item), content: [{ type: 'text', text: shown }, ...others] };
}

function partText({ part }: ToolItem, items: readonly ConversationItem[]): string {
  const source = part && findResult(items, part.of);
  if (!source) return 'The result is gone.';
  const text = resultText(source.content);
  const end = Math.min(text.length, part.offset + part.length);
  return `[characters ${grouped(part.offset)} to ${grouped(end)} of ${grouped(text.length)}]\n${slice(text, part.offset, end)}`;
}

function original(item: ToolItem, items: readonly ConversationItem[]): ToolItem {
  return (item.part && findResult(items, item.part.of)) ?? item;
}

function bare({ limit: _, part: __, ...item }: ToolItem): ToolItem {
  return item;
}
