import { describe, expect, test } from 'vitest';
import { modelView, offersReadResult } from '../../../src/core/context/policy.js';
import {
  type ConversationItem,
  type LeftOut,
  readResult,
  resultText,
  type ToolCallPart,
  type ToolItem,
} from '../../../src/core/index.js';
import { answer, definition, result, text, user } from './conversations.js';

const whole = Array.from({ length: 12_000 }, (_, n) => String(n).padStart(9, '.')).join(' ');
const items = [definition, user('read'), answer('1', ['c1']), result('c1', whole, { limit: 10_000 })];
const call = (args: ToolCallPart['arguments']): ToolCallPart => ({
  type: 'tool_call',
  id: 'c2',
  name: 'read_result',
  arguments: args,
});
function lastSeen(all: ConversationItem[], leftOut?: LeftOut): ToolItem {
  const last = modelView(all, leftOut).at(-1);
  if (last?.item.role !== 'tool') throw new Error('no result at the end');
  return last.item;
}
const shownOf = (item: ToolItem) => resultText(lastSeen([...items, item]).content);

describe('a result over its limit', () => {
  const shown = resultText(lastSeen(items).content);

  test('is shown with its beginning and its end, and says how to read the rest', () => {
    expect(shown.length).toBeLessThan(10_200);
    expect(whole.startsWith(shown.slice(0, 7_500))).toBe(true);
    expect(whole.endsWith(shown.slice(-2_500))).toBe(true);
    expect(shown).toContain(
      'characters 7,500 to 117,499 of 119,999 are left out here: read_result with id "r-c1"',
    );
  });

  test('is offered to be read', () => {
    expect(offersReadResult(items)).toBe(true);
    expect(offersReadResult(items.slice(0, 3))).toBe(false);
  });

  test('can be read piece by piece, by its own id or its call’s', () => {
    let read = '';
    while (read.length < whole.length) {
      const item = readResult(items, call({ id: read.length % 3 ? 'r-c1' : 'c1', offset: read.length }));
      expect(item.content).toEqual([]);
      const piece = shownOf(item);
      // No longer than the result's own limit, and the line that says which part it is.
      expect(piece.length).toBeLessThan(10_100);
      read += piece.slice(piece.indexOf('\n') + 1);
    }
    expect(read).toBe(whole);
  });

  test('keeps images beside its text', () => {
    const image = { type: 'image' as const, data: 'aaaa', mimeType: 'image/png' };
    const both = [...items.slice(0, 3), { ...(items[3] as ToolItem), content: [...text(whole), image] }];
    expect(lastSeen(both).content.at(-1)).toBe(image);
  });

  test('is never cut within a character of two units', () => {
    const emoji = [...items.slice(0, 3), result('c1', '😀'.repeat(20_000), { limit: 10_001 })];
    const piece = readResult(emoji, call({ id: 'c1', offset: 1, length: 5 }));
    for (const item of [emoji.at(-1) as ToolItem, piece]) {
      const seen = lastSeen([...emoji, item]);
      expect(resultText(seen.content)).not.toMatch(
        /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/,
      );
    }
  });
});

test.each([
  [{}, 'missing'],
  [{ id: 'nothing' }, 'no result with the id "nothing"'],
  [{ id: 'c1', offset: -1 }, 'whole numbers'],
  [{ id: 'c1', length: 'all' }, 'whole numbers'],
  [{ id: 'c1', offset: 200_000 }, 'behind its end'],
])('a call with %j is told what is wrong', (args, problem) => {
  const item = readResult(items, call(args as ToolCallPart['arguments']));
  expect(item.isError).toBe(true);
  expect(resultText(item.content)).toContain(problem);
});

test('a line that stands for a result names it, its size and how to read it', () => {
  expect(resultText(lastSeen(items, { resultsBefore: 4 }).content)).toBe(
    '[result of fs_read, 119,999 characters, left out: read_result with id "r-c1" reads it]',
  );
});
