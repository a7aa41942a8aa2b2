import { type ContentPart, type MessageItem, textOf } from '../../../core/index.js';
import type { ModelRequest } from '../model.js';
import type { Script, ScriptTurn } from './script.js';

/** What a matcher looks at: the last message, and the tool it came from. */
export interface LastMessage {
  text: string;
  /** Names of the tools whose results end the conversation, with their texts. */
  results: Array<{ tool: string; text: string }>;
}

export interface Selection {
  turn?: ScriptTurn;
  /** For the error when there is none. */
  tried: string[];
  last: LastMessage;
}

/**
 * Chooses the turn that answers a conversation from the conversation alone, so that any worker
 * serves any turn: which turns of the sequence are used up follows from answering it anew.
 */
export function selectTurn(script: Script, agent: string, items: MessageItem[]): Selection {
  const turns = script.conversations[agent] ?? script.turns;
  const eligible = turns.filter(
    ({ when }) => !when?.summary && (when?.agent === undefined || when.agent === agent),
  );
  const matchers = eligible.filter(isMatcher);
  const sequence = eligible.filter((turn) => !isMatcher(turn));
  let used = 0;
  for (const [index, item] of items.entries()) {
    if (item.role !== 'assistant') continue;
    const before = matchers.length > 0 ? lastMessage(items, index) : undefined;
    if (!before || !matchers.some((turn) => matches(turn, before))) used++;
  }
  const last = lastMessage(items, items.length);
  const turn = matchers.find((candidate) => matches(candidate, last)) ?? sequence[used];
  const tried = matchers.map((candidate) => JSON.stringify(candidate.when));
  tried.push(
    sequence.length === 0
      ? 'no turns without when'
      : `${sequence.length} turns in order, ${Math.min(used, sequence.length)} of them used`,
  );
  return turn ? { turn, tried, last } : { tried, last };
}

/** The conversation whole: which turns are used up doesn't depend on what the model no longer sees. */
export function whole({ history, items }: ModelRequest): MessageItem[] {
  return history ?? items;
}

/** The first `when: {summary: true}` that fits the conversation's last message, or a summary that any script has. */
export function summaryTurn(script: Script, request: ModelRequest): Selection {
  const turns = script.conversations[request.agent] ?? script.turns;
  const before = lastMessage(whole(request), whole(request).length);
  const turn = turns.find(
    ({ when }) =>
      when?.summary &&
      (when.agent === undefined || when.agent === request.agent) &&
      matches({ when }, before),
  );
  const say = `Summary of ${request.items.length - 1} messages.`;
  return { turn: turn ?? { say, stream: true }, tried: [], last: before };
}

/** `when: {agent}` alone limits a turn to an agent, but keeps it in that agent's sequence. */
function isMatcher(turn: ScriptTurn): boolean {
  return turn.when !== undefined && Object.keys(turn.when).some((key) => key !== 'agent');
}

function matches(turn: Pick<ScriptTurn, 'when'>, last: LastMessage): boolean {
  const when = turn.when ?? {};
  let text = last.text;
  if (when.tool !== undefined) {
    const wanted = when.tool;
    const result = last.results.filter((candidate) => sameTool(candidate.tool, wanted)).at(-1);
    if (!result) return false;
    text = result.text;
  }
  if (when.contains !== undefined && !text.includes(when.contains)) return false;
  if (when.equals !== undefined && text.trim() !== when.equals.trim()) return false;
  return when.matches === undefined || new RegExp(when.matches, 's').test(text);
}

/** The message before `end`, and all tool results of its turn. */
function lastMessage(items: MessageItem[], end: number): LastMessage {
  const results: LastMessage['results'] = [];
  let text = '';
  for (let index = end - 1; index >= 0; index--) {
    const item = items[index];
    if (!item) break;
    if (index === end - 1)
      text = item.role === 'assistant' ? textOf(item.content) : contentText(item.content);
    if (item.role !== 'tool') break;
    results.unshift({ tool: toolNameOf(items, item.callId, index), text: contentText(item.content) });
  }
  return { text, results };
}

/** The call stands shortly before its result: looking backwards keeps long conversations cheap. */
function toolNameOf(items: MessageItem[], callId: string, before: number): string {
  for (let index = before - 1; index >= 0; index--) {
    const item = items[index];
    if (item?.role !== 'assistant') continue;
    for (const part of item.content) if (part.type === 'tool_call' && part.id === callId) return part.name;
  }
  return '';
}

export function contentText(content: ContentPart[]): string {
  return content
    .map((part) =>
      part.type === 'text' ? part.text : part.type === 'resource' ? (part.resource.text ?? '') : '',
    )
    .filter((text) => text !== '')
    .join('\n');
}

/**
 * A script names a tool as `tool`, as `server.tool`, or as offered; it is offered as `tool`, or, where
 * servers share the name, as `server_tool`, with characters that providers refuse replaced.
 */
export function sameTool(offered: string, wanted: string): boolean {
  if (offered === wanted) return true;
  const name = normal(offered);
  const end = normal(wanted);
  if (name === end || name.endsWith(`_${end}`)) return true;
  const dot = wanted.indexOf('.');
  return dot > 0 && name === normal(wanted.slice(dot + 1));
}

function normal(name: string): string {
  return name.replace(/[^a-zA-Z0-9-]+/g, '_');
}
