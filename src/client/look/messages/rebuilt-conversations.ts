import { shorten } from '../../../core/context/policy.js';
import {
  type CallToolOutput,
  type ConversationItem,
  type ConversationPage,
  type DefinitionItem,
  type GenerateInput,
  type GenerateOutput,
  type HostInput,
  type ReadConversationInput,
  replyItems,
  type ToolItem,
  WIRE,
} from '../../../core/index.js';
import type { HistoryEvent } from '../../history/history-reader.js';
import { decodeFirst } from '../../history/payloads.js';
import {
  isCallToolOutput,
  isConversationPage,
  isGenerateOutput,
  isHostInput,
  isPageRequest,
  isWholeRequest,
} from '../../history/wire-shapes.js';
import { timeOf } from '../../presence.js';
import { ActivityLog } from '../activity-log.js';
import type { ConversationMessages, Message } from './conversation-messages.js';
import { type CompactionPlace, markLeftOut } from './left-out.js';

interface Growing extends ConversationMessages {
  /** Items seen: a request that is sent again, or whole, repeats them. */
  known: number;
  /** Names of the tools that were called, by call. */
  called: Map<string, string>;
  compactions: CompactionPlace[];
}

/** The conversations of one run, grown event by event as its requests and replies added to them. */
export class RebuiltConversations {
  readonly #log = new ActivityLog();
  readonly #conversations = new Map<string, Growing>();
  readonly #results = new Map<string, CallToolOutput>();
  #hosted: Growing | undefined;

  /** Up to a turn's answer, where one is given. */
  list(turn = Number.POSITIVE_INFINITY): ConversationMessages[] {
    return [...this.#conversations.values()].map(({ known: _, called: __, compactions, ...rest }) => {
      const messages = rest.messages.filter((message) => message.turn <= turn);
      const before = compactions.filter((each) => each.turn <= turn);
      return markLeftOut({ ...rest, messages }, before);
    });
  }

  take(event: HistoryEvent): void {
    const at = new Date(timeOf(event.eventTime)).toISOString();
    const begun = event.workflowExecutionStartedEventAttributes;
    if (begun?.workflowType?.name === WIRE.agentHost) {
      const host = decodeFirst(begun.input);
      if (isHostInput(host)) this.#moved(host, at);
    }
    const started = this.#log.started(event);
    if (started?.name === WIRE.generate && isWholeRequest(started.input)) this.#request(started.input, at);
    const ended = started ? undefined : this.#log.ended(event);
    if (ended?.end.how !== 'completed') return;
    const { name, input } = ended.activity;
    const { result } = ended.end;
    if (name === WIRE.readConversation && isPageRequest(input) && isConversationPage(result))
      this.#page(input, result, at);
    else if (name === WIRE.callTool && isCallToolOutput(result)) this.#results.set(result.id, result);
    else if (name === WIRE.generate && isWholeRequest(input) && isGenerateOutput(result))
      this.#reply(input, result, at);
  }

  /** The run hosts an agent that came with its conversation, or reads it page by page. */
  #moved({ agent, conversation, carried, turns }: HostInput, at: string): void {
    this.#hosted = this.#grow(conversation, agent.name);
    if ('items' in carried) this.#takeOver(carried.items, 0, turns, at);
  }

  #page({ from }: ReadConversationInput, { items }: ConversationPage, at: string): void {
    this.#takeOver(items, from, 0, at);
  }

  #takeOver(items: ConversationItem[], from: number, turn: number, at: string): void {
    const target = this.#hosted;
    if (target === undefined) return;
    for (const [offset, item] of items.entries()) append(target, item, { index: from + offset, turn, at });
  }

  #grow(conversation: string, agent: string): Growing {
    const known = this.#conversations.get(conversation);
    const target: Growing = known ?? {
      conversation,
      agent,
      messages: [],
      known: 0,
      called: new Map(),
      compactions: [],
    };
    this.#conversations.set(conversation, target);
    return target;
  }

  #request({ conversation, agent, from, add, turn }: GenerateInput, at: string): void {
    const target = this.#grow(conversation, agent);
    // What is too large to send, the worker read from the run itself.
    if (from > target.known) {
      target.missing = (target.missing ?? 0) + from - target.known;
      target.known = from;
    }
    for (const [offset, each] of add.entries()) {
      const index = from + offset;
      if (index < target.known) continue;
      const item = each.role === 'tool_ref' ? this.#result(each.id, each.callId) : each;
      if (item) append(target, item, { index, turn, at });
    }
  }

  #reply({ conversation, length, turn }: GenerateInput, output: GenerateOutput, at: string): void {
    const target = this.#conversations.get(conversation);
    const { model, stopReason, usage } = output;
    if (!target) return;
    for (const [offset, item] of replyItems(output).entries())
      append(target, item, { index: length + offset, turn, at }, { model, stopReason, usage });
  }

  #result(id: string, callId: string): ToolItem | undefined {
    const output = this.#results.get(id);
    if (!output) return undefined;
    const { content, isError, limit } = output;
    return { role: 'tool', callId, id, content, ...(isError && { isError }), ...(limit && { limit }) };
  }
}

type Place = Pick<Message, 'index' | 'turn' | 'at'>;
type Answered = Pick<GenerateOutput, 'model' | 'stopReason' | 'usage'>;

function append(
  target: Growing,
  item: ConversationItem | DefinitionItem,
  place: Place,
  answered?: Answered,
): void {
  target.known = place.index + 1;
  if (item.role === 'definition') {
    target.definition = item;
    return;
  }
  if (item.role === 'compaction') {
    target.compactions.push({ turn: place.turn, leftOut: item.leftOut });
    return;
  }
  if (item.role === 'user') target.messages.push({ ...place, ...item });
  else if (item.role === 'tool') {
    const tool = target.called.get(item.callId);
    target.messages.push({ ...place, ...filled(item, target), ...(tool !== undefined && { tool }) });
  } else {
    const { tokens: _, ...rest } = item;
    for (const part of item.content) if (part.type === 'tool_call') target.called.set(part.id, part.name);
    target.messages.push({ ...place, ...rest, ...answered });
  }
}

/** A part of another result stands in history as a reference to it. */
function filled(item: ToolItem, { messages }: Growing): ToolItem {
  if (item.part === undefined) return item;
  return { ...item, content: shorten(item, messages).content };
}
