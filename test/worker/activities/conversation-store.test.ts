import { expect, test } from 'vitest';
import type { ConversationItem, ToolItem } from '../../../src/core/index.js';
import {
  ConversationStore,
  digestOf,
} from '../../../src/worker/activities/conversation/conversation-store.js';

const item = (id: string, size = 10): ConversationItem => ({
  role: 'assistant',
  id,
  content: [{ type: 'text', text: 'x'.repeat(size) }],
});
const result = (id: string, text: string): ToolItem => ({
  role: 'tool',
  callId: 'c1',
  id,
  content: [{ type: 'text', text }],
});

test('the store drops the least recently used conversation when it is full', () => {
  const store = new ConversationStore(3_000);
  store.set('a', [item('1', 1_000)]);
  store.set('b', [item('2', 1_000)]);
  store.get('a');
  store.set('c', [item('3', 1_000)]);
  expect(['a', 'b', 'c'].map((key) => store.get(key) !== undefined)).toEqual([true, false, true]);
});

test('a conversation larger than the whole store is kept while it is the newest', () => {
  const store = new ConversationStore(100);
  store.set('a', [item('1', 1_000)]);
  expect(store.get('a')).toHaveLength(1);
  store.set('b', [item('2', 10)]);
  expect(store.get('a')).toBeUndefined();
});

test('the bound is in bytes, not in characters', () => {
  const store = new ConversationStore(3_000);
  for (const key of ['a', 'b']) store.set(key, [result(key, '漢'.repeat(600))]);
  expect(store.get('a')).toBeUndefined();
  expect(store.get('b')).toHaveLength(1);
});

test('tool results that no conversation holds yet are within the bound too', () => {
  const store = new ConversationStore(3_000);
  store.set('run/c/p', [item('1', 500)]);
  for (const id of ['r1', 'r2', 'r3']) store.keepResult('run', result(id, 'x'.repeat(1_000)));
  expect(['r1', 'r2', 'r3'].map((id) => store.result('run', id) !== undefined)).toEqual([false, true, true]);
  expect(store.get('run/c/p')).toBeUndefined();
});

test('a result that its conversation holds does not count twice', () => {
  const store = new ConversationStore(2_500);
  const first = result('r1', 'x'.repeat(1_000));
  store.set('run/c/p', [item('1')]);
  store.keepResult('run', first);
  store.keepResult('run', result('r2', 'y'));
  store.set('run/c/p', [item('1'), first, item('2')]);
  expect(store.result('run', 'r1')).toBeUndefined();
  expect(store.result('run', 'r2')).toBeDefined();
  store.set('other/c/p', [item('3', 1_000)]);
  expect(store.get('run/c/p')).toHaveLength(3);
});

test('the digest depends on identities and order', () => {
  expect(digestOf([item('1'), item('2')])).not.toBe(digestOf([item('2'), item('1')]));
  expect(digestOf([item('1'), item('2')])).toBe(digestOf([item('1', 99), item('2')]));
});

test('a digest that was begun with an earlier turn is that of the whole', () => {
  const [one, two, three] = [item('1'), item('2'), item('3')] as const;
  const copy = (...ids: string[]) => digestOf(ids.map((id) => item(id)));
  expect(digestOf([one, two])).toBe(copy('1', '2'));
  expect(digestOf([one, two, three])).toBe(copy('1', '2', '3'));
  expect(digestOf([one, three])).toBe(copy('1', '3'));
  expect(digestOf([three, two, one])).toBe(copy('3', '2', '1'));
  expect(digestOf([one, two, three])).toBe(copy('1', '2', '3'));
});
