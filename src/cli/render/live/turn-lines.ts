import { formatMs } from '../../duration.js';
import type { Paint } from '../paint.js';
import { oneLine } from '../width.js';
import type { ModelReply, ToolEnd, Turn } from './turn-book.js';

/** What stays of a turn: three lines at the most, however many tools it called. */
export function turnLines(turn: Turn, ink: Paint): string[] {
  const indent = '  '.repeat(turn.depth);
  const lines = turn.reply ? [replyLine(turn.reply, ink, turn)] : [`${ink.dim('○')} ${agentOf(turn)} …`];
  return [...lines, ...toolLines(turn, ink)].map((line) => indent + line);
}

export function replyLine(reply: ModelReply, ink: Paint, turn?: Turn): string {
  const who = turn ? agentOf(turn) : `${reply.conversation} turn ${reply.turn}`;
  const tries = reply.attempt > 1 ? [`${reply.attempt} attempts`] : [];
  if (reply.type === 'model_call_failed') {
    const how = ink.dim([formatMs(reply.ms), ...tries].join(', '));
    return `${ink.red('✗')} ${who} (${how}): ${oneLine(reply.message)}`;
  }
  const { usage, cost } = reply;
  const tokens = usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
  const price = cost === undefined ? [] : [money(cost)];
  const how = ink.dim([formatMs(reply.ms), `${count(tokens)} tokens`, ...price, ...tries].join(', '));
  const said = reply.text.trim() ? ` ${oneLine(reply.text)}` : '';
  return `${ink.cyan('●')} ${who} (${how})${said}`;
}

/** At most two: what worked, and what did not. */
export function toolLines(turn: Turn, ink: Paint): string[] {
  const failed = turn.done.filter(isFailed);
  const worked = turn.done.filter((each) => !isFailed(each));
  const asked = turn.reply?.type === 'model_call_completed' ? turn.reply.toolCalls : [];
  const ended = new Set(turn.done.map(({ callId }) => callId));
  const rest = asked.filter(({ id }) => !ended.has(id));
  const others = tally(rest.filter(({ problem }) => problem === undefined).map(({ name }) => name));
  const first = [
    worked.length === 1 && asked.length <= 1 ? single(worked[0]!, ink) : foldWorked(worked, ink),
    others ? ink.dim(`· ${others}`) : '',
  ].filter(Boolean);
  const problems = [
    ...groups(failed).map(([name, each]) => `${name}: ${oneLine(reasonOf(each[0]!), 160)}`),
    ...rest.flatMap(({ name, problem }) =>
      problem === undefined ? [] : [`${name}: ${oneLine(problem, 160)}`],
    ),
  ];
  return [
    ...(first.length > 0 ? [`  ${first.join(' ')}`] : []),
    ...(problems.length > 0 ? [`  ${ink.red('✗')} ${problems.join('; ')}`] : []),
  ];
}

/** `a ×3, b`. */
export function tally(names: string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, n]) => (n > 1 ? `${name} ×${n}` : name)).join(', ');
}

export function single(end: ToolEnd, ink: Paint): string {
  const tries = end.attempt > 1 ? `, ${end.attempt} attempts` : '';
  const text = end.type === 'tool_call_completed' ? ink.dim(oneLine(end.text)) : '';
  return `${ink.green('✓')} ${nameOf(end)} (${ink.dim(formatMs(end.ms) + tries)}) ${text}`.trimEnd();
}

export function isFailed(end: ToolEnd): boolean {
  return end.type === 'tool_call_failed' || end.isError;
}

export function reasonOf(end: ToolEnd): string {
  return (end.type === 'tool_call_failed' ? end.message : end.text) || 'failed';
}

export function count(n: number): string {
  return n.toLocaleString('en-US');
}

export function money(dollars: number): string {
  return `$${dollars.toFixed(dollars < 1 ? 4 : 2)}`;
}

function foldWorked(worked: ToolEnd[], ink: Paint): string {
  if (worked.length === 0) return '';
  const longest = Math.max(...worked.map(({ ms }) => ms));
  return `${ink.green('✓')} ${tally(worked.map(nameOf))} (${ink.dim(formatMs(longest))})`;
}

function groups(ends: ToolEnd[]): Array<[string, ToolEnd[]]> {
  const found = new Map<string, ToolEnd[]>();
  for (const end of ends) found.set(nameOf(end), [...(found.get(nameOf(end)) ?? []), end]);
  return [...found].map(([name, each]) => [each.length > 1 ? `${name} ×${each.length}` : name, each]);
}

function nameOf(end: ToolEnd): string {
  return `${end.server}.${end.tool}`;
}

/** An agent of a child is told with its workflow. */
export function agentOf({ conversation, turn, depth, workflow }: Turn): string {
  return `${depth > 0 && workflow ? `${workflow} › ` : ''}${conversation} turn ${turn}`;
}
