import { expect, test } from 'vitest';
import type { ConversationItem } from '../../../src/core/index.js';
import { ConversationStore, digestOf } from '../../../src/worker/activities/conversation-store.js';

const item = (id: string, size = 10): ConversationItem => ({
  role: 'assistant',
  id,
  content: [{ type: 'text', text: 'x'.repeat(size) }],
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

test('the digest depends on identities and order', () => {
  expect(digestOf([item('1'), item('2')])).not.toBe(digestOf([item('2'), item('1')]));
  expect(digestOf([item('1'), item('2')])).toBe(digestOf([item('1', 99), item('2')]));
});
