import { SearchAttributeType } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import {
  type AgentTotals,
  addUsage,
  MEMO,
  NO_TOTALS,
  type PauseInfo,
  type Question,
  type Questions,
  type RunMemo,
  type RunProgress,
  type RunState,
  type RunTotals,
  STATE_ATTRIBUTE,
  type Usage,
} from '../../core/index.js';

/** Turns between two writes of the memo: its place in history is one event in ten turns at most. */
const TURNS_PER_WRITE = 10;
/** Characters of a question in the memo, which every `list` carries. */
const MEMO_TEXT = 1_000;
/** Tasks of a plan in the memo, the last ones, and characters of each. */
const MEMO_TASKS = 20;
const MEMO_TASK_TEXT = 80;
/** Plans of a run that are kept. */
const KEPT_PLANS = 10;

/** What `list` and `inbox` see of a run: totals, pause and questions, in memo and search attribute. */
export class RunRecord {
  private readonly base: RunTotals;
  private totals: RunTotals;
  private readonly byConversation = new Map<string, AgentTotals>();
  private plans: Array<{ now?: RunProgress }> = [];
  private states: RunState[];
  private writtenTurns: number;
  private dirty = false;
  private closed = false;

  constructor(
    private readonly source: { paused(): PauseInfo | undefined; questions: Questions },
    /** The namespace knows the search attribute. */
    private readonly withAttribute: boolean,
    carried: { totals: RunTotals; states: RunState[] } | undefined,
  ) {
    this.base = carried?.totals ?? NO_TOTALS;
    this.totals = this.base;
    this.states = carried?.states ?? [];
    this.writtenTurns = this.base.turns;
  }

  get sum(): RunTotals {
    return this.totals;
  }

  agents(): AgentTotals[] {
    return [...this.byConversation.values()];
  }

  /** A place for what one pattern plans. It is written with the memo, never for its own sake: it costs no event. */
  addPlan(): { now?: RunProgress } {
    const plan = {};
    this.plans = [...this.plans, plan].slice(-KEPT_PLANS);
    return plan;
  }

  progress(): RunProgress[] {
    return this.plans.flatMap(({ now }) => now ?? []);
  }

  turn(agent: string, conversation: string, usage: Usage, attempt = 1): void {
    this.add(agent, conversation, { turns: 1, toolCalls: 0, retries: attempt - 1, usage });
    if (this.totals.turns - this.writtenTurns >= TURNS_PER_WRITE) this.changed();
  }

  toolCall(agent: string, conversation: string, attempt = 1): void {
    this.add(agent, conversation, { ...NO_TOTALS, toolCalls: 1, retries: attempt - 1 });
  }

  /** What an agent's host has used since it last told. */
  hosted(agent: string, conversation: string, before: RunTotals, now: RunTotals): void {
    this.add(agent, conversation, difference(now, before));
    if (this.totals.turns - this.writtenTurns >= TURNS_PER_WRITE) this.changed();
  }

  /** A state changed: written once for all changes of this moment. */
  readonly changed = (): void => {
    if (this.dirty || this.closed) return;
    this.dirty = true;
    void Promise.resolve().then(() => {
      if (this.dirty && !this.closed) this.write(false);
    });
  };

  /** The last write, before the run's end; a run that used nothing leaves no trace of mcpa. */
  close(): void {
    if (this.closed) return;
    const { turns, toolCalls } = this.totals;
    if (this.dirty || turns > 0 || toolCalls > 0) this.write(true);
    this.closed = true;
  }

  private add(agent: string, conversation: string, more: RunTotals): void {
    this.totals = sumTotals(this.totals, more);
    const before = this.byConversation.get(conversation) ?? { agent, conversation, ...NO_TOTALS };
    this.byConversation.set(conversation, { ...before, ...sumTotals(before, more) });
  }

  private write(final: boolean): void {
    this.dirty = false;
    this.writtenTurns = this.totals.turns;
    const paused = final ? undefined : this.source.paused();
    const questions = final ? [] : this.source.questions.list();
    const closed = this.source.questions.takeClosed();
    const memo: RunMemo = { v: 1, ...this.totals };
    if (final) memo.final = true;
    if (paused !== undefined) memo.paused = paused;
    if (questions.length > 0) memo.questions = questions.map(shortened);
    if (closed.length > 0) memo.closed = closed;
    const plan = this.progress().at(-1);
    if (plan !== undefined) memo.progress = shortPlan(plan);
    upsertMemo({ [MEMO]: memo });
    this.writeStates([
      ...(paused === undefined ? [] : ['paused' as const]),
      ...(questions.length === 0 ? [] : ['human' as const]),
    ]);
  }

  private writeStates(states: RunState[]): void {
    if (states.join() === this.states.join()) return;
    this.states = states;
    if (!this.withAttribute) return;
    const key = { name: STATE_ATTRIBUTE, type: SearchAttributeType.KEYWORD_LIST };
    upsertSearchAttributes([{ key, value: states.length === 0 ? null : states }]);
  }
}

function sumTotals(a: RunTotals, b: RunTotals): RunTotals {
  return {
    turns: a.turns + b.turns,
    toolCalls: a.toolCalls + b.toolCalls,
    retries: a.retries + b.retries,
    usage: addUsage(a.usage, b.usage),
  };
}

function difference(a: RunTotals, b: RunTotals): RunTotals {
  const usage: Usage = {
    input: a.usage.input - b.usage.input,
    output: a.usage.output - b.usage.output,
    cacheRead: a.usage.cacheRead - b.usage.cacheRead,
    cacheWrite: a.usage.cacheWrite - b.usage.cacheWrite,
  };
  if (a.usage.cost !== undefined) usage.cost = a.usage.cost - (b.usage.cost ?? 0);
  return {
    turns: a.turns - b.turns,
    toolCalls: a.toolCalls - b.toolCalls,
    retries: a.retries - b.retries,
    usage,
  };
}

function shortened(question: Question): Question {
  const prompt = cut(question.prompt);
  if (question.tool === undefined) return { ...question, prompt };
  const text = JSON.stringify(question.tool.arguments);
  const args = text.length > MEMO_TEXT ? { '…': cut(text) } : question.tool.arguments;
  return { ...question, prompt, tool: { ...question.tool, arguments: args } };
}

/** The last tasks: what came before them is done. */
function shortPlan({ pattern, objective, steps }: RunProgress): RunProgress {
  const text = (long: string) => cut(long, MEMO_TASK_TEXT);
  let room = MEMO_TASKS;
  const last = [...steps].reverse().flatMap(({ description, tasks }) => {
    const kept = room === 0 ? [] : tasks.slice(-room);
    room -= kept.length;
    const short = kept.map((task) => ({ ...task, description: text(task.description) }));
    return short.length === 0 ? [] : [{ description: text(description), tasks: short }];
  });
  return { pattern, objective: text(objective), steps: last.reverse() };
}

function cut(text: string, length = MEMO_TEXT): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
