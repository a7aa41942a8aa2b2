import type { Compaction } from '../contract.js';
import type { ConversationItem, LeftOut } from '../messages.js';
import { weigh, weighAll } from './estimate.js';
import { lastIndex } from './last-index.js';
import { leftOutOf, modelView } from './view.js';

/** What a request must come down to. */
export interface Need {
  policy: Compaction['policy'];
  /** Turns at the end that stay as they are, where that is enough. */
  keepTurns: number;
  /** Most tokens of a request. */
  limit: number;
  /** Tokens to come down to: well below the limit, or each turn would have to leave something out. */
  target: number;
  /** Tokens a character. */
  rate: number;
  /** Characters of instruction and tools. */
  overhead: number;
}

/** A way to fit; the text of a new summary is still to be written. */
export interface CompactionPlan {
  leftOut: LeftOut;
  items: number;
  tokensAfter: number;
  /** Items from and before which a summary is wanted. */
  summarize?: { from: number; before: number };
}

/** Stands for a summary until there is one. */
const ROOM = 'x'.repeat(4_000);

/**
 * What to leave out so that the request fits: definition, last request and last turns stay, and each tool call keeps
 * its result, be it as one line. Undefined where nothing can be left out.
 */
export function planCompaction(items: readonly ConversationItem[], need: Need): CompactionPlan | undefined {
  const steps: Step[] =
    need.policy === 'summarize'
      ? [(plan) => older(items, plan, need), (plan) => results(items, plan, need, 1, need.limit)]
      : [
          (plan) => results(items, plan, need, need.keepTurns, need.target),
          (plan) => results(items, plan, need, 1, need.limit),
        ];
  const leftOut = leftOutOf(items);
  const start: CompactionPlan = { leftOut, items: 0, tokensAfter: tokensOf(items, leftOut, need) };
  const end = steps.reduce(
    (plan, step) => (plan.tokensAfter <= goal(plan, start, need) ? plan : step(plan)),
    start,
  );
  return end === start ? undefined : end;
}

type Step = (plan: CompactionPlan) => CompactionPlan;

/** The first step goes down to the target, further ones only where the limit is still passed. */
function goal(plan: CompactionPlan, start: CompactionPlan, need: Need): number {
  return plan === start ? need.target : need.limit;
}

/** Tokens of a request without what is left out. */
export function tokensOf(
  items: readonly ConversationItem[],
  leftOut: LeftOut,
  { rate, overhead }: Pick<Need, 'rate' | 'overhead'>,
): number {
  return Math.round((weighAll(modelView(items, leftOut)) + overhead) * rate);
}

/** Tool results, the oldest first, until the request has come down to so many tokens. */
function results(
  items: readonly ConversationItem[],
  plan: CompactionPlan,
  need: Need,
  keepTurns: number,
  target: number,
): CompactionPlan {
  const end = startOfLastTurns(items, keepTurns);
  if (end <= (plan.leftOut.resultsBefore ?? 0)) return plan;
  const whole = modelView(items, plan.leftOut);
  const without = modelView(items, { ...plan.leftOut, resultsBefore: end });
  let characters = need.overhead + weighAll(whole);
  let count = 0;
  let resultsBefore = 0;
  for (const [at, { index, item }] of whole.entries()) {
    if (characters * need.rate <= target) break;
    const other = without[at];
    const saved = other === undefined ? 0 : weigh(item) - weigh(other.item);
    if (saved <= 0) continue;
    characters -= saved;
    count += 1;
    resultsBefore = index + 1;
  }
  if (count === 0) return plan;
  return {
    ...plan,
    leftOut: { ...plan.leftOut, resultsBefore },
    items: plan.items + count,
    tokensAfter: Math.round(characters * need.rate),
  };
}

/** All but the last turns, of which fewer stay where those asked for are too large. */
function older(items: readonly ConversationItem[], plan: CompactionPlan, need: Need): CompactionPlan {
  const from = plan.leftOut.summary?.before ?? 1;
  let best = plan;
  for (let keep = need.keepTurns; keep >= 1; keep--) {
    const before = startOfLastTurns(items, keep);
    const old = items.slice(from, before);
    if (!old.some((item) => item.role === 'assistant')) continue;
    const leftOut: LeftOut = { ...plan.leftOut, summary: { before, text: ROOM } };
    const tokensAfter = tokensOf(items, leftOut, need);
    if (tokensAfter >= best.tokensAfter) continue;
    const count = old.filter((item) => item.role !== 'compaction').length;
    best = { leftOut, items: count, tokensAfter, summarize: { from, before } };
    if (tokensAfter <= need.limit) break;
  }
  return best;
}

/**
 * Where the last turns begin: with the answer that asks for tools, or with what the user said before it. What stands
 * before such a place is complete: no call there has its result behind it.
 */
export function startOfLastTurns(items: readonly ConversationItem[], turns: number): number {
  let start = items.length;
  for (let left = turns; left > 0; left--) {
    start = lastIndex(items, (item) => item.role === 'assistant', start);
    if (start < 0) return 1;
  }
  while (start > 1 && turns > 0) {
    const role = items[start - 1]?.role;
    if (role !== 'compaction' && role !== 'user') break;
    start--;
  }
  return start;
}
