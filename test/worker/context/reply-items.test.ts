import { expect, test } from 'vitest';
import { modelView } from '../../../src/core/context/policy.js';
import {
  Conversation,
  type DefinitionItem,
  type GenerateOutput,
  NO_USAGE,
  replyItems,
} from '../../../src/core/index.js';
import { digestOf } from '../../../src/worker/activities/conversation/conversation-store.js';
import { definition, text } from '../../core/context/conversations.js';

const reply = (more: Partial<GenerateOutput> = {}): GenerateOutput => ({
  id: 'r1',
  content: text('done'),
  stopReason: 'end_turn',
  model: 'x:y',
  usage: { ...NO_USAGE, input: 100, output: 10 },
  catalog: '',
  ...more,
});
const leftOut = { summary: { before: 2, text: 'All of it.' } };
const compaction = { policy: 'summarize' as const, leftOut, items: 1, tokensBefore: 9, tokensAfter: 5 };

test.each([{}, { compaction, contextTokens: 40 }])(
  'run and worker agree on what a reply adds: %j',
  (more) => {
    const talk = new Conversation('a', definition as DefinitionItem);
    talk.addUser({ role: 'user', content: text('go') });
    const before = [...talk.items];
    talk.addReply(reply(more));
    const worker = [...before, ...replyItems(reply(more))];
    expect(talk.items).toEqual(worker);
    expect(digestOf(worker)).toBe(talk.delta().digest);
    // The worker has it: the next request need not bring it.
    expect(talk.delta().add).toEqual([]);
  },
);

test('a fork takes over what was left out, and the tokens that were counted', () => {
  const talk = new Conversation('a', definition as DefinitionItem);
  talk.addUser({ role: 'user', content: text('go') });
  talk.addReply(reply({ compaction, contextTokens: 40 }));
  const fork = talk.fork('a#2');
  expect(modelView(fork.items)).toEqual(modelView(talk.items));
  expect(fork.items.at(-1)).toMatchObject({ role: 'assistant', tokens: 40 });
  expect(fork.delta().add).toEqual(talk.items);
});
