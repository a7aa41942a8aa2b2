import type { ConversationItem, ToolItem } from '../../../src/core/index.js';

/** A random number generator that gives the same numbers for the same seed (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

export const text = (value: string) => [{ type: 'text' as const, text: value }];
export const definition: ConversationItem = {
  role: 'definition',
  agent: 'a',
  instruction: 'Be good.',
  serverNames: [],
  tools: [],
};
export const user = (said: string): ConversationItem => ({ role: 'user', content: text(said) });
export const answer = (id: string, calls: string[] = [], said = ''): ConversationItem => ({
  role: 'assistant',
  id,
  content: [
    ...(said === '' ? [] : text(said)),
    ...calls.map((call) => ({ type: 'tool_call' as const, id: call, name: 'fs_read', arguments: {} })),
  ],
});
export const result = (callId: string, said: string, more: Partial<ToolItem> = {}): ToolItem => ({
  role: 'tool',
  callId,
  id: `r-${callId}`,
  content: text(said),
  ...more,
});

/** A conversation of some requests, each with some turns of tool calls, as the loop makes them. */
export function randomConversation(seed: number): ConversationItem[] {
  const below = seeded(seed);
  const items: ConversationItem[] = [definition];
  let n = 0;
  for (let requests = 1 + below(4); requests > 0; requests--) {
    items.push(user(`request ${requests} ${'u'.repeat(below(400))}`));
    for (let turns = below(8); turns > 0; turns--) {
      const calls = Array.from({ length: 1 + below(3) }, () => `c${++n}`);
      items.push(answer(`a${n}`, calls, 's'.repeat(below(200))));
      for (const call of calls) items.push(result(call, 't'.repeat(below(9_000))));
    }
    if (requests > 1 || below(2) === 0) items.push(answer(`e${++n}`, [], 'done'));
  }
  return items;
}
