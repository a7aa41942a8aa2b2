import type { Paint } from '../paint.js';
import { fitTo, oneLine, widthOf } from '../width.js';
import type { OpenRun, RunTree, Step } from './run-tree.js';
import type { Turn } from './turn-book.js';
import { agentOf, count, money, tally } from './turn-lines.js';

/** Questions shown at once; the inbox has them all. */
const MOST_QUESTIONS = 3;

/** A tool call that takes longer gets a line of its own, where there is room. */
const OWN_LINE_MS = 1_000;

export interface FrameSize {
  rows: number;
  columns: number;
}

/** One agent or step: its own line, and those of its tools where there is room. */
interface Node {
  line: string;
  more: string[];
  kind: 'thinking' | 'in tools' | 'waiting';
}

/** The live lines: what is under way, the questions, and below them a status that is not in `lines`' care. */
export function treeLines(tree: RunTree, now: number, size: FrameSize, ink: Paint): string[] {
  const questions = [...tree.questions.values()].map(({ text, how }) => {
    const room = Math.max(16, size.columns - 4 - widthOf(how));
    return `${ink.yellow('?')} ${fitTo(text, room)} ${how}`;
  });
  const asked = questions.slice(0, MOST_QUESTIONS);
  if (questions.length > asked.length)
    asked.push(ink.dim(`  and ${questions.length - asked.length} more questions`));
  // One row is the status', one the cursor's.
  const room = Math.max(0, size.rows - 2);
  const kept = asked.slice(0, Math.max(0, room - 2));
  return [...fold(nodesOf(tree, now, size, ink), room - kept.length, ink), ...kept];
}

/** A line that tells at one glance whether all is well. */
export function statusLine(tree: RunTree, now: number, mark: string): string {
  const paused = [...tree.paused.values()][0];
  const state = paused ?? stateOf(tree);
  const { turns, tokens, cost } = tree.sums;
  const open = tree.turns.open().length;
  const children = Math.max(0, tree.runs.size - 1);
  const parts = [
    state,
    seconds(now - tree.begun),
    ...(open > 1 ? [`${open} agents`] : []),
    ...(children > 0 ? [`${children} ${children === 1 ? 'child' : 'children'}`] : []),
    ...(turns > 0 ? [`${count(turns)} turn${turns === 1 ? '' : 's'}`, `${count(tokens)} tokens`] : []),
    ...(cost === undefined ? [] : [money(cost)]),
  ];
  return `${mark} ${parts.join(' · ')}`;
}

/** True while something moves: a run that waits for a person shows no spinner. */
export function isBusy(tree: RunTree): boolean {
  if (tree.paused.size > 0 && tree.turns.open().length === 0) return false;
  return stateOf(tree) !== WAITS;
}

const WAITS = 'waiting for an answer';

function stateOf(tree: RunTree): string {
  const idle =
    tree.turns.open().every(isIdle) && [...tree.steps.values()].every(({ until }) => until !== undefined);
  return tree.status === 'running' && tree.questions.size > 0 && idle ? WAITS : tree.status;
}

/** A turn whose model has answered and whose tools are not running: it waits for a person, or for its workflow. */
function isIdle(turn: Turn): boolean {
  return turn.reply !== undefined && turn.running.size === 0;
}

/** Whole nodes where they fit; else one line for each; else as many as fit, and a count of the rest. */
function fold(nodes: Node[], room: number, ink: Paint): string[] {
  const full = nodes.flatMap(({ line, more }) => [line, ...more]);
  if (full.length <= room) return full;
  if (nodes.length <= room) return nodes.map(({ line }) => line);
  const busiest = [
    ...nodes.filter(({ kind }) => kind !== 'waiting'),
    ...nodes.filter(({ kind }) => kind === 'waiting'),
  ];
  const shown = busiest.slice(0, Math.max(0, room - 1));
  const hidden = busiest.slice(shown.length);
  if (room < 1) return [];
  return [...shown.map(({ line }) => line), ink.dim(`  and ${hidden.length} more: ${kinds(hidden)}`)];
}

function kinds(nodes: Node[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of nodes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, n]) => `${n} ${kind}`).join(', ');
}

function nodesOf(tree: RunTree, now: number, size: FrameSize, ink: Paint): Node[] {
  const nodes: Node[] = [];
  const byRun = new Map<string, Turn[]>();
  for (const turn of tree.turns.open()) byRun.set(turn.runId, [...(byRun.get(turn.runId) ?? []), turn]);
  const stepsOf = new Map<string, Array<[string, Step]>>();
  for (const [key, step] of tree.steps)
    stepsOf.set(step.runId, [...(stepsOf.get(step.runId) ?? []), [key, step]]);
  for (const run of tree.runs.values()) {
    const own = [
      ...(byRun.get(run.runId) ?? []).map((turn) => turnNode(tree, turn, now, size, ink)),
      ...(stepsOf.get(run.runId) ?? []).map(([key, step]) => stepNode(tree, run, key, step, now, ink)),
    ];
    if (own.length === 0 && run.depth > 0) own.push(idleChild(tree, run, now, ink));
    nodes.push(...own);
  }
  return nodes;
}

function turnNode(tree: RunTree, turn: Turn, now: number, size: FrameSize, ink: Paint): Node {
  const indent = '  '.repeat(turn.depth);
  const mark = turn.reply === undefined ? ink.cyan('○') : ink.dim('●');
  const head = `${indent}${mark} ${agentOf(turn)}`;
  if (turn.reply === undefined) {
    const key = `${turn.runId}/${turn.activityId}`;
    const time = ink.dim(age(now - turn.since));
    const retry = retryText(tree, key, now, ink) ?? tree.limits.get(key);
    const text = oneLine(tree.streams.get(key) ?? '');
    const space = size.columns - widthOf(head) - 12;
    const tail = text && space > 8 ? (text.length > space ? `…${text.slice(1 - space)}` : text) : '';
    return { line: [head, time, retry ?? tail].filter(Boolean).join(' '), more: [], kind: 'thinking' };
  }
  const running = [...turn.running.entries()];
  const asked = turn.reply.type === 'model_call_completed' ? turn.reply.toolCalls.length : 0;
  const done = asked > 1 ? ink.dim(` (${turn.done.length} of ${asked} done)`) : '';
  if (running.length === 0) return { line: `${head} ${ink.dim('waits')}${done}`, more: [], kind: 'waiting' };
  const since = Math.min(...running.map(([, each]) => each.since));
  const retries = running.flatMap(([id]) => howItGoes(tree, `${turn.runId}/${id}`, now, ink) ?? []);
  const names = tally(running.map(([, { name }]) => name));
  const line = `${head} ${names} ${ink.dim(age(now - since))}${done} ${retries[0] ?? ''}`.trimEnd();
  // A line for what comes and goes at once would only make the picture jump.
  const long = running.length === 1 ? [] : running.filter(([, each]) => now - each.since >= OWN_LINE_MS);
  const more = long.map(([id, each]) => {
    const retry = howItGoes(tree, `${turn.runId}/${id}`, now, ink) ?? '';
    return `${indent}    ${each.name} ${ink.dim(seconds(now - each.since))} ${retry}`.trimEnd();
  });
  return { line, more, kind: 'in tools' };
}

function stepNode(tree: RunTree, run: OpenRun, key: string, step: Step, now: number, ink: Paint): Node {
  const indent = '  '.repeat(run.depth);
  const who = run.depth > 0 ? `${run.workflow} › ` : '';
  const retry = howItGoes(tree, key, now, ink) ?? '';
  const time =
    step.until === undefined ? seconds(now - step.since) : `${seconds(Math.max(0, step.until - now))} left`;
  const kind = step.until === undefined ? 'in tools' : 'waiting';
  return {
    line: `${indent}${ink.dim('◦')} ${who}${step.name} ${ink.dim(time)} ${retry}`.trimEnd(),
    more: [],
    kind,
  };
}

function idleChild(tree: RunTree, run: OpenRun, now: number, ink: Paint): Node {
  const what = tree.paused.get(run.runId) ?? 'waits';
  const line = `${'  '.repeat(run.depth)}${ink.dim('◦')} ${run.workflow} ${ink.dim(`${what} ${seconds(now - run.since)}`)}`;
  return { line, more: [], kind: 'waiting' };
}

/** A tool call's trouble, or what its server says of it. */
function howItGoes(tree: RunTree, key: string, now: number, ink: Paint): string | undefined {
  const progress = tree.progress.get(key);
  return retryText(tree, key, now, ink) ?? (progress === undefined ? undefined : ink.dim(progress));
}

function retryText(tree: RunTree, key: string, now: number, ink: Paint): string | undefined {
  const retry = tree.retries.get(key);
  if (retry === undefined) return undefined;
  const when = retry.at > now ? ` in ${seconds(retry.at - now)}` : '';
  return `${ink.yellow('↻')} attempt ${retry.attempt}${when}: ${oneLine(retry.message, 160)}`;
}

/** Nothing for what has only just begun. */
function age(ms: number): string {
  return ms < 1_000 ? '' : seconds(ms);
}

/** Whole units: a figure that changes ten times a second is not read, and costs a redraw. */
function seconds(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000));
  if (s < 60) return `${s} s`;
  const m = Math.floor(s / 60);
  if (m < 60) return `${m} m ${s % 60} s`;
  const h = Math.floor(m / 60);
  return h < 48 ? `${h} h ${m % 60} m` : `${Math.floor(h / 24)} d`;
}
