import type { ContentPart, ConversationItem, ToolItem } from '../messages.js';

/** A tool result's text: what `limit` and the tool `read_result` count in. */
export function resultText(content: readonly ContentPart[]): string {
  return content.flatMap((part) => textOfPart(part) ?? []).join('\n');
}

export function textOfPart(part: ContentPart): string | undefined {
  return part.type === 'text' ? part.text : part.type === 'resource' ? part.resource.text : undefined;
}

/** Characters from `from` to `to`, never half of a surrogate pair. */
export function slice(text: string, from: number, to: number): string {
  return text.slice(whole(text, from), whole(text, to));
}

function whole(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

/** The result of this id; a model may know it by its call. Providers may repeat ids of calls: the last one counts. */
export function findResult(items: readonly ConversationItem[], id: string): ToolItem | undefined {
  let byCall: ToolItem | undefined;
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at];
    if (item?.role !== 'tool' || item.part !== undefined) continue;
    if (item.id === id) return item;
    if (item.callId === id) byCall ??= item;
  }
  return byCall;
}

/** Thousands with commas; `Intl` depends on the machine. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
