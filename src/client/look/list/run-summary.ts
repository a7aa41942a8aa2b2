import type { Connection } from '@temporalio/client';
import { lockOf } from '../../../config/index.js';
import {
  isRefused,
  MEMO,
  type RunMemo,
  type RunState,
  type RunTotals,
  STATE_ATTRIBUTE,
} from '../../../core/index.js';
import { decodeOne, decodeRaw } from '../../history/payloads.js';
import { timeOf } from '../../presence.js';
import { type StatusWord, statesOf, statusWord } from './run-status.js';

type ListAnswer = Awaited<ReturnType<Connection['workflowService']['listWorkflowExecutions']>>;
/** A run as the engine sends it, in a list and in a description. */
export type RawRun = NonNullable<ListAnswer['executions']>[number];

/** Set by the engine (1.30 on) when a run's workflow task fails again and again. */
export const PROBLEMS_ATTRIBUTE = 'TemporalReportedProblems';

/** What a run waits for. */
export interface RunWait {
  for: RunState;
  /** ISO 8601; absent where a list can't know. */
  since?: string;
  /** The question, the reason of the pause, or what the provider said. */
  text?: string;
  /** That refuses the key, or wants money, and what to do about it. */
  provider?: string;
  fix?: string;
  /** The question's id. */
  question?: string;
  expiresAt?: string;
  /** Who paused. */
  by?: string;
}

/** One run as `mcpa list` shows it. */
export interface RunSummary {
  workflowId: string;
  runId: string;
  workflow: string;
  taskQueue: string;
  status: StatusWord;
  /** All states that hold, the status among them; empty for a run that goes on or has ended. */
  states: RunState[];
  /** ISO 8601. */
  startedAt: string;
  closedAt?: string;
  /** The run's own numbers, its continuations included and its children not; absent while nothing is recorded. */
  totals?: RunTotals & { exact: boolean };
  waits: RunWait[];
  parent?: { workflowId: string; runId: string };
  /** Why its numbers and questions can't be read here: a key is missing. */
  locked?: string;
}

export function summaryOf(raw: RawRun): RunSummary {
  const memo = memoOf(raw);
  const locked = lockOf(rawMemo(raw));
  const closed = raw.closeTime ? timeOf(raw.closeTime) : 0;
  const fields = raw.searchAttributes?.indexedFields ?? {};
  const states =
    closed > 0 ? [] : statesOf(words(fields[STATE_ATTRIBUTE]), memo, words(fields[PROBLEMS_ATTRIBUTE]));
  const parent = raw.parentExecution;
  return {
    workflowId: raw.execution?.workflowId ?? '',
    runId: raw.execution?.runId ?? '',
    workflow: raw.type?.name ?? '',
    taskQueue: raw.taskQueue ?? '',
    status: statusWord(raw.status ?? 0, states),
    states,
    startedAt: new Date(timeOf(raw.startTime)).toISOString(),
    ...(closed > 0 && { closedAt: new Date(closed).toISOString() }),
    ...(memo && { totals: totalsOf(memo) }),
    waits: closed > 0 ? [] : waitsOf(memo, states),
    ...(parent?.workflowId && {
      parent: { workflowId: parent.workflowId, runId: parent.runId ?? '' },
    }),
    ...(locked && { locked: locked.message }),
  };
}

/** What mcpa wrote into the memo; undefined for a plain Temporal run. */
export function memoOf(raw: RawRun): RunMemo | undefined {
  const memo = rawMemo(raw) as RunMemo | undefined;
  return memo?.v === 1 ? memo : undefined;
}

function rawMemo(raw: RawRun): unknown {
  const payload = raw.memo?.fields?.[MEMO];
  return payload ? decodeRaw(payload) : undefined;
}

function words(payload: unknown): string[] {
  const value = payload ? decodeOne(payload) : undefined;
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
}

function totalsOf({ turns, toolCalls, retries, usage, final }: RunMemo): RunSummary['totals'] {
  return rounded({ turns, toolCalls, retries, usage, exact: final === true });
}

/** Dollars to a billionth of a cent: sums in another order then agree. */
export function rounded<T extends RunTotals>(totals: T): T {
  const { cost } = totals.usage;
  if (cost === undefined) return totals;
  return { ...totals, usage: { ...totals.usage, cost: Math.round(cost * 1e11) / 1e11 } };
}

function waitsOf(memo: RunMemo | undefined, states: RunState[]): RunWait[] {
  const waits: RunWait[] = [];
  for (const state of states) {
    if (state === 'human') {
      for (const { id, prompt, askedAt, expiresAt } of memo?.questions ?? [])
        waits.push({
          for: state,
          since: askedAt,
          text: prompt,
          question: id,
          ...(expiresAt && { expiresAt }),
        });
    } else if (state === 'auth' && isRefused(memo?.paused)) {
      const { at, provider, message, fix } = memo.paused;
      waits.push({
        for: state,
        since: at,
        ...(message && { text: message }),
        ...(provider && { provider }),
        ...(fix && { fix }),
      });
    } else if (state === 'paused' && memo?.paused?.kind === 'user') {
      const { at, by, reason } = memo.paused;
      waits.push({ for: state, since: at, ...(reason && { text: reason }), ...(by && { by }) });
    } else waits.push({ for: state });
  }
  return waits;
}
