import { expect, test } from 'vitest';
import { type SwarmState, swarm } from '../../../src/core/index.js';
import { type Scripted, scripted } from './scripted.js';

const turn = (reply: string, next: string, set: Record<string, string> = {}) => ({
  reply,
  next,
  reason: `to ${next}`,
  context: Object.entries(set).map(([name, value]) => ({ name, value })),
});

test('agents hand over, with context variables, until one is done', async () => {
  const triage = scripted('triage', [turn('one moment', 'refunds', { order: '42' })]);
  const refunds = scripted('refunds', [turn('refunded', 'done', { refunded: 'yes' })]);
  const result = await swarm('I want my money', {
    members: [{ agent: triage }, { agent: refunds, description: 'Pays back' }],
    context: { customer: 'Ada' },
  });
  expect(result).toEqual({
    text: 'refunded',
    agent: 'refunds',
    status: 'done',
    context: { customer: 'Ada', order: '42', refunded: 'yes' },
    replies: [
      { agent: 'triage', text: 'one moment', handOff: 'refunds', reason: 'to refunds' },
      { agent: 'refunds', text: 'refunded' },
    ],
  });
  expect(triage.prompts[0]).toContain('- refunds: Pays back');
  expect(refunds.prompts[0]).toMatch(/I want my money[\s\S]*one moment[\s\S]*"order":"42"/);
});

test('who was asked before and remembers is told only what is new', async () => {
  const a = scripted('a', [turn('from a', 'b'), turn('a again', 'done')]);
  const b = scripted('b', [turn('from b', 'a')]);
  await swarm('my wish', { members: [{ agent: { ...a, fork: () => a } }, { agent: b }] });
  expect(a.prompts[1]).toContain('from b');
  expect(a.prompts[1]).not.toContain('my wish');
  expect(a.prompts[1]).not.toContain('from a');
  const forgetful = scripted('a', [turn('from a', 'b'), turn('a again', 'done')]);
  await swarm('my wish', { members: [{ agent: forgetful }, { agent: scripted('b', [turn('x', 'a')]) }] });
  expect(forgetful.prompts[1]).toMatch(/my wish[\s\S]*from a/);
});

test('only to those it may hand over to', async () => {
  const a = scripted('a', [turn('x', 'c'), turn('x', 'b')]);
  const members = [
    { agent: a, handOffs: ['b'] },
    { agent: scripted('b', [turn('end', 'done')]) },
    { agent: scripted('c', []) },
  ];
  const { agent } = await swarm('x', { members });
  expect(agent).toBe('b');
  expect(a.prompts[1]).toContain('`next` must be one of b, done, not "c"');
});

test('so many hand-offs and no more', async () => {
  const ping = (name: string, other: string) => ({
    agent: scripted(name, () => turn(`from ${name}`, other)),
  });
  const result = await swarm('x', { members: [ping('a', 'b'), ping('b', 'a')], start: 'b', maxHandOffs: 3 });
  expect(result).toMatchObject({ status: 'limit', agent: 'a', text: 'from a' });
  expect(result.replies.map(({ agent }) => agent)).toEqual(['b', 'a', 'b', 'a']);
});

test('goes on from a state, as a workflow that continues as new does', async () => {
  const stop = new Error('continue as new');
  const states: SwarmState[] = [];
  const a = scripted('a', [turn('from a', 'b', { order: '42' })]);
  const members = (b: Scripted) => [{ agent: a }, { agent: b }];
  const first = swarm('my wish', {
    members: members(scripted('b', [])),
    context: { customer: 'Ada' },
    afterHandOff: (state) => {
      states.push(JSON.parse(JSON.stringify(state)));
      throw stop;
    },
  });
  await expect(first).rejects.toBe(stop);
  const b = scripted('b', [turn('from b', 'done')]);
  const result = await swarm('my wish', { members: members(b), from: states[0]! });
  expect(result).toEqual({
    text: 'from b',
    agent: 'b',
    status: 'done',
    context: { customer: 'Ada', order: '42' },
    replies: [
      { agent: 'a', text: 'from a', handOff: 'b', reason: 'to b' },
      { agent: 'b', text: 'from b' },
    ],
  });
  expect(b.prompts[0]).toMatch(/my wish[\s\S]*from a/);
  const gone = swarm('x', { members: members(b), from: { next: 'z', context: {}, replies: [] } });
  await expect(gone).rejects.toThrow(/no member has the name "z"/);
});

test('a name that is no member is told at once', async () => {
  const members = [{ agent: scripted('a', []) }];
  await expect(swarm('x', { members, start: 'z' })).rejects.toThrow(/no member has the name "z"/);
});
