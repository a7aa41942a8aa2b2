import { replyItems } from './context/reply-items.js';
import type { ConversationRef, GenerateOutput, ToolRef } from './contract.js';
import { extendDigest, itemIdentity } from './digest.js';
import type { AssistantItem, ConversationItem, DefinitionItem, ToolItem, UserItem } from './messages.js';

/** What one request adds to what the worker may know already. */
export interface ConversationDelta {
  length: number;
  digest: string;
  from: number;
  add: Array<ConversationItem | ToolRef>;
}

/** The messages of one agent, append-only; the workflow owns them and sends references. */
export class Conversation {
  readonly items: ConversationItem[] = [];
  /** Tool results that are the result of an activity, so that a reference is enough. */
  private readonly recorded = new Set<string>();
  private digest = '';
  /** Items that a request has carried or that a worker produced: the next request starts behind them. */
  private sent = 0;

  constructor(
    readonly id: string,
    definition: DefinitionItem,
  ) {
    this.append(definition);
  }

  /** A copy that goes its own way under another id; it is sent whole at its first request. */
  fork(id: string): Conversation {
    const copy = new Conversation(id, this.items[0] as DefinitionItem);
    for (const item of this.items.slice(1)) copy.append(item);
    return copy;
  }

  /** A conversation that another run began: its items are here, so that a request need not carry them. */
  static restore(id: string, items: ConversationItem[]): Conversation {
    const restored = new Conversation(id, items[0] as DefinitionItem);
    for (const item of items.slice(1)) restored.append(item);
    restored.sent = items.length;
    return restored;
  }

  /** Where another run finds this conversation as it is now. */
  ref(workflowId: string, runId: string): ConversationRef {
    return { workflowId, runId, conversation: this.id, length: this.items.length, digest: this.digest };
  }

  addUser(item: UserItem): void {
    this.append(item);
  }

  /** An answer that no request of this conversation brought. */
  addAnswer(item: AssistantItem): void {
    this.append(item);
  }

  addReply(reply: GenerateOutput): void {
    for (const item of replyItems(reply)) this.append(item);
    this.sent = this.items.length;
  }

  addToolResult(item: ToolItem, recorded: boolean): void {
    this.append(item);
    if (recorded) this.recorded.add(item.id);
  }

  /** The next request's reference to this conversation; `whole` resends every item. */
  delta(whole = false): ConversationDelta {
    const from = whole ? 0 : this.sent;
    const add = this.items
      .slice(from)
      .map((item) =>
        !whole && item.role === 'tool' && this.recorded.has(item.id)
          ? ({ role: 'tool_ref', callId: item.callId, id: item.id } satisfies ToolRef)
          : item,
      );
    return { length: this.items.length, digest: this.digest, from, add };
  }

  private append(item: ConversationItem): void {
    this.digest = extendDigest(this.digest, itemIdentity(item, this.items.length));
    this.items.push(item);
  }
}
