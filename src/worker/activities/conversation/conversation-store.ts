import { type ConversationItem, extendDigest, itemIdentity, type ToolItem } from '../../../core/index.js';

interface Entry {
  items: ConversationItem[];
  bytes: number;
}

/**
 * The worker's conversations, and the tool results that no conversation holds yet, bounded by bytes together: the
 * least recently used goes first. Losing one costs a query.
 */
export class ConversationStore {
  private readonly entries = new Map<string, Entry>();
  /** An item is measured once: a conversation comes back with each turn. */
  private readonly sizes = new WeakMap<ConversationItem, number>();
  private bytes = 0;

  constructor(private readonly limitBytes: number) {}

  get(key: string): ConversationItem[] | undefined {
    return this.touch(key)?.items;
  }

  /** Results that the conversation holds now are kept by it alone. */
  set(key: string, items: ConversationItem[]): void {
    const before = this.entries.get(key)?.items.length ?? 0;
    for (const item of items.slice(before)) {
      if (item.role === 'tool') this.drop(resultKey(runOf(key), item.id));
    }
    this.put(key, items);
  }

  /** Keeps a tool result for the request that refers to it, and for that request's retries. */
  keepResult(runId: string, item: ToolItem): void {
    this.put(resultKey(runId, item.id), [item]);
  }

  result(runId: string, id: string): ToolItem | undefined {
    return this.touch(resultKey(runId, id))?.items[0] as ToolItem | undefined;
  }

  private touch(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  /** The newest entry stays, whatever its size: its run's next turn wants it. */
  private put(key: string, items: ConversationItem[]): void {
    this.drop(key);
    const bytes = items.reduce((sum, item) => sum + this.sizeOf(item), 0);
    this.entries.set(key, { items, bytes });
    this.bytes += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.limitBytes || oldest === key) break;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.bytes -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }

  /** In UTF-8: no string takes more in memory, and most take as much. */
  private sizeOf(item: ConversationItem): number {
    const known = this.sizes.get(item);
    if (known !== undefined) return known;
    const bytes = Buffer.byteLength(JSON.stringify(item));
    this.sizes.set(item, bytes);
    return bytes;
  }
}

/** A run's id has no slash, a conversation's may. */
export const conversationKey = (runId: string, conversation: string): string => `${runId}/c/${conversation}`;
const resultKey = (runId: string, id: string): string => `${runId}/r/${id}`;
const runOf = (key: string): string => key.slice(0, key.indexOf('/'));

/** An item's step from the digest before it to the one with it: a conversation comes back with each turn. */
const steps = new WeakMap<ConversationItem, { from: string; to: string }>();

export function digestOf(items: ConversationItem[]): string {
  let digest = '';
  items.forEach((item, index) => {
    const known = steps.get(item);
    const step =
      known?.from === digest ? known : { from: digest, to: extendDigest(digest, itemIdentity(item, index)) };
    if (step !== known) steps.set(item, step);
    digest = step.to;
  });
  return digest;
}
