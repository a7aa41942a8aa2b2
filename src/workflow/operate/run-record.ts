import { SearchAttributeType } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import {
  type AgentTotals,
  addUsage,
  MEMO,
  NO_TOTALS,
  type Question,
  type Questions,
  type RunMemo,
  type RunState,
  type RunTotals,
  STATE_ATTRIBUTE,
  type Usage,
} from '../../core/index.js';
import type { Gate } from './gate.js';
import { PlanRecord } from './plan-record.js';

/** Turns between two writes of the memo: its place in history is one event in ten turns at most. */
const TURNS_PER_WRITE = 10;
/** Characters of a question in the memo, which every `list` carries. */
const MEMO_TEXT = 1_000;
/** Of a form, and of what a model is asked: without it `mcpa.status` tells. */
const MEMO_SCHEMA = 4_000;

/** What `list` and `inbox` see of a run: totals, pause and questions, in memo and search attribute. */
export class RunRecord {
  private readonly base: RunTotals;
  private totals: RunTotals;
  private readonly byConversation = new Map<string, AgentTotals>();
  readonly plans = new PlanRecord({
    pending: () => this.dirty,
    write: () => this.write(false),
    changed: () => this.changed(),
  });
  private states: RunState[];
  private writtenTurns: number;
  private dirty = false;
  private closed = false;

  constructor(
    private readonly source: { gate: Pick<Gate, 'paused' | 'states'>; questions: Questions },
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
    const paused = final ? undefined : this.source.gate.paused;
    const questions = final ? [] : this.source.questions.list();
    const closed = this.source.questions.takeClosed();
    const memo: RunMemo = { v: 1, ...this.totals };
    if (final) memo.final = true;
    if (paused !== undefined) memo.paused = paused;
    if (questions.length > 0) memo.questions = questions.map(shortened);
    if (closed.length > 0) memo.closed = closed;
    const plan = this.plans.short();
    if (plan !== undefined) memo.progress = plan;
    upsertMemo({ [MEMO]: memo });
    this.writeStates([
      ...(final ? [] : this.source.gate.states),
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

function shortened({ schema, sampling, ...question }: Question): Question {
  const prompt = cut(question.prompt);
  const form = {
    ...(fits(schema) ? { schema } : {}),
    ...(fits(sampling) ? { sampling } : {}),
  };
  if (question.tool === undefined) return { ...question, ...form, prompt };
  const text = JSON.stringify(question.tool.arguments);
  const args = text.length > MEMO_TEXT ? { '…': cut(text) } : question.tool.arguments;
  return { ...question, ...form, prompt, tool: { ...question.tool, arguments: args } };
}

function fits<T>(value: T | undefined): value is T {
  return value !== undefined && JSON.stringify(value).length <= MEMO_SCHEMA;
}

function cut(text: string): string {
  return text.length > MEMO_TEXT ? `${text.slice(0, MEMO_TEXT - 1)}…` : text;
}
