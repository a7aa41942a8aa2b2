import { type ConversationItem, extendDigest, itemIdentity, type ToolItem } from '../../core/index.js';

interface Entry {
  items: ConversationItem[];
  bytes: number;
}

/** The worker's conversations, bounded by bytes, least recently used out first; losing one costs a query. */
export class ConversationStore {
  private readonly entries = new Map<string, Entry>();
  private readonly results = new Map<string, ToolItem>();
  private bytes = 0;

  constructor(private readonly limitBytes = 64 * 1024 * 1024) {}

  get(key: string): ConversationItem[] | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.items;
  }

  set(key: string, items: ConversationItem[]): void {
    this.drop(key);
    const bytes = items.reduce((sum, item) => sum + sizeOf(item), 0);
    this.entries.set(key, { items, bytes });
    this.bytes += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.limitBytes || oldest === key) break;
      this.drop(oldest);
    }
  }

  /** Keeps a tool result for the request that refers to it, and for that request's retries. */
  keepResult(runId: string, item: ToolItem): void {
    this.results.set(`${runId}/${item.id}`, item);
    if (this.results.size > 1_000) this.results.delete(this.results.keys().next().value as string);
  }

  result(runId: string, id: string): ToolItem | undefined {
    return this.results.get(`${runId}/${id}`);
  }

  private drop(key: string): void {
    this.bytes -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }
}

/** Content is short-lived text in the main: characters are close enough to bytes for a bound. */
function sizeOf(item: ConversationItem): number {
  return JSON.stringify(item).length;
}

export function digestOf(items: ConversationItem[]): string {
  let digest = '';
  items.forEach((item, index) => {
    digest = extendDigest(digest, itemIdentity(item, index));
  });
  return digest;
}
