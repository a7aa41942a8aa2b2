import { describe, expect, test } from 'vitest';
import {
  leftOutOf,
  modelView,
  type Need,
  planCompaction,
  startOfLastTurns,
  tokensOf,
  tokensPerCharacter,
} from '../../../src/core/context/policy.js';
import type { ConversationItem } from '../../../src/core/index.js';
import { answer, definition, randomConversation, result, seeded, text, user } from './conversations.js';

const need = (more: Partial<Need> = {}): Need => ({
  policy: 'truncate_tools',
  keepTurns: 2,
  limit: 2_000,
  target: 1_200,
  rate: 0.25,
  overhead: 100,
  ...more,
});

const SEEDS = Array.from({ length: 150 }, (_, n) => n + 1);

/** Compacts, goes on with more turns, compacts again: as a long run does. */
function compacted(seed: number, policy: Need['policy']): { items: ConversationItem[]; wanted: Need }[] {
  const below = seeded(seed * 7);
  const wanted = need({ policy, keepTurns: 1 + below(4), limit: 500 + below(8_000) });
  wanted.target = wanted.limit * 0.6;
  let items: ConversationItem[] = [];
  const stages: { items: ConversationItem[]; wanted: Need }[] = [];
  for (let round = 0; round < 3; round++) {
    items = [...items, ...randomConversation(seed + round * 1_000).slice(items.length === 0 ? 0 : 1)];
    const plan = planCompaction(items, wanted);
    if (plan) {
      const { summary } = plan.leftOut;
      const leftOut = summary
        ? { ...plan.leftOut, summary: { ...summary, text: `S${round}` } }
        : plan.leftOut;
      items = [...items, { role: 'compaction', id: `c${round}`, leftOut }];
    }
    stages.push({ items, wanted });
  }
  return stages;
}

describe.each(['truncate_tools', 'summarize'] as const)('%s, on %# random conversations', (policy) => {
  const stages = SEEDS.flatMap((seed) => compacted(seed, policy).map((stage) => ({ seed, ...stage })));

  test('each call keeps its result, behind it and whole, and no result is without its call', () => {
    const broken = stages.filter(({ items }) => {
      const open: string[] = [];
      return !modelView(items).every(({ item }) => {
        if (item.role === 'tool') return open.shift() === item.callId;
        if (open.length > 0) return false;
        if (item.role === 'assistant')
          for (const part of item.content) if (part.type === 'tool_call') open.push(part.id);
        return true;
      });
    });
    expect(broken.map(({ seed }) => seed)).toEqual([]);
  });

  test('the last request and the last turn stay as they are; definition is never in the view', () => {
    for (const { seed, items } of stages) {
      const seen = modelView(items);
      const request = items.findLast((item) => item.role === 'user');
      expect(
        seen.some(({ item }) => item === request),
        `seed ${seed}`,
      ).toBe(true);
      const tail = items.slice(startOfLastTurns(items, 1)).filter((item) => item.role !== 'compaction');
      expect(seen.slice(-tail.length).map(({ item }) => item)).toEqual(tail);
      expect(seen.some(({ item }) => (item.role as string) === 'definition')).toBe(false);
      expect(seen[0]?.item.role).toBe('user');
    }
  });

  test('a request over the limit comes down below it, or nothing more can be left out', () => {
    let within = 0;
    for (const { seed, items, wanted } of stages) {
      const tokens = tokensOf(items, leftOutOf(items), wanted);
      if (tokens <= wanted.limit) within++;
      else {
        const again = planCompaction(items, { ...wanted, keepTurns: 1 });
        expect(again?.tokensAfter ?? tokens, `seed ${seed}`).toBeGreaterThan(wanted.limit);
      }
    }
    expect(within).toBeGreaterThan(stages.length / 2);
  });

  test('order stays, and nothing is seen twice', () => {
    for (const { items } of stages) {
      const places = modelView(items).flatMap(({ index }) => (index < 0 ? [] : [index]));
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    }
  });
});

const long = (id: string) => [answer(id, [`c${id}`]), result(`c${id}`, 'x'.repeat(4_000))];
const talk = [definition, user('go'), ...long('1'), ...long('2'), ...long('3'), ...long('4')];

describe('planCompaction', () => {
  test('takes tool results, the oldest first, until the target is reached', () => {
    const plan = planCompaction(talk, need({ limit: 4_000, target: 3_200 }));
    expect(plan).toMatchObject({ items: 1, leftOut: { resultsBefore: 4 } });
    const deeper = planCompaction(talk, need({ limit: 4_000, target: 2_200 }));
    expect(deeper).toMatchObject({ items: 2, leftOut: { resultsBefore: 6 } });
  });

  test('takes from the last turns, the very last aside, only where the limit is passed still', () => {
    expect(planCompaction(talk, need({ limit: 2_500, target: 10 }))).toMatchObject({ items: 2 });
    expect(planCompaction(talk, need({ limit: 1_500, target: 10 }))).toMatchObject({ items: 3 });
    expect(planCompaction(talk.slice(0, 4), need({ limit: 500, target: 10 }))).toBeUndefined();
  });

  test('plans a summary of all but the last turns, of fewer where they are too large', () => {
    const plan = planCompaction(talk, need({ policy: 'summarize', limit: 4_000, target: 3_500 }));
    expect(plan?.summarize).toEqual({ from: 1, before: 6 });
    expect(planCompaction(talk, need({ policy: 'summarize', target: 2_200 }))?.summarize?.before).toBe(8);
  });

  test('leaves no result out that is as short as its line', () => {
    const short = [definition, user('go'), answer('1', ['c']), result('c', 'ok'), ...long('2'), ...long('3')];
    expect(planCompaction(short, need({ limit: 500, target: 10 }))).toMatchObject({ items: 1 });
  });
});

describe('tokensPerCharacter', () => {
  test('is what the last answer told, and a quarter before the first', () => {
    const told: ConversationItem = {
      role: 'assistant',
      id: 'a',
      content: text('x'.repeat(960)),
      tokens: 600,
    };
    const items = [definition, user('y'.repeat(100)), told];
    expect(tokensPerCharacter(modelView(items), 100)).toBeCloseTo(600 / 1_200);
    expect(tokensPerCharacter(modelView(items.slice(0, 2)), 100)).toBe(0.25);
  });
});
