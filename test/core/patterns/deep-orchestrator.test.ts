import { expect, test } from 'vitest';
import { type DeepState, deepOrchestrator, type RunProgress } from '../../../src/core/index.js';
import { scripted } from './scripted.js';

const task = (name: string, dependsOn: string[] = [], agent = 'a') => ({
  name,
  description: `do ${name}`,
  agent,
  dependsOn,
});
const plan = (...tasks: object[]) => ({ tasks });
const verdict = (complete: boolean, findings: string[] = [], missing: string[] = []) => ({
  complete,
  findings,
  missing,
});
const doing = (name: string) => scripted(name, (prompt) => `did ${/do (\w+)/.exec(prompt)?.[1]}`);

test('tasks begin when those they depend on are done, and read their results only', async () => {
  const agent = doing('a');
  const result = await deepOrchestrator('x', {
    planner: scripted('planner', [plan(task('sum', ['one', 'two']), task('one'), task('two')), 'the end']),
    verifier: scripted('verifier', [verdict(true)]),
    agents: [agent],
  });
  expect(result).toMatchObject({ text: 'the end', status: 'complete', plans: 1 });
  expect(result.done.map(({ name }) => name)).toEqual(['one', 'two', 'sum']);
  expect(agent.prompts[2]).toContain('did one');
  expect(agent.prompts[0]).not.toContain('did two');
});

test('what the verifier misses is planned, with the findings remembered', async () => {
  const agent = doing('a');
  const planner = scripted('planner', [plan(task('one')), plan(task('two', ['one'])), 'the end']);
  const verifier = scripted('verifier', [
    verdict(false, ['one is red'], ['colour of two']),
    verdict(true, ['two is blue']),
  ]);
  const result = await deepOrchestrator('x', { planner, verifier, agents: [agent] });
  expect(planner.prompts[1]).toMatch(/one is red[\s\S]*colour of two/);
  expect(agent.prompts[1]).toContain('one is red');
  expect(planner.prompts[2]).toContain('two is blue');
  expect(result).toMatchObject({ findings: ['one is red', 'two is blue'], missing: [], plans: 2 });
});

test.each([
  ['a circle', plan(task('one', ['two']), task('two', ['one'])), 'these tasks wait for each other: one, two'],
  ['a missing task', plan(task('one', ['zero'])), '"one" depends on "zero", which is no task'],
  ['a name twice', plan(task('one'), task('one')), 'the name "one" is taken'],
  ['an unknown agent', plan(task('one', [], 'b')), 'there is no agent "b", only a'],
  ['no tasks', plan(), 'it has no tasks'],
])('a plan with %s is asked for again', async (_, bad, problem) => {
  const planner = scripted('planner', [bad, plan(task('one')), 'end']);
  const verifier = scripted('verifier', [verdict(true)]);
  await deepOrchestrator('x', { planner, verifier, agents: [doing('a')] });
  expect(planner.prompts[1]).toContain(problem);
});

test('a failed task fails those that need it, the others go on', async () => {
  const seen: RunProgress[] = [];
  const result = await deepOrchestrator('x', {
    planner: scripted('planner', [plan(task('bad', [], 'b'), task('needs', ['bad']), task('free')), 'end']),
    verifier: scripted('verifier', [verdict(true)]),
    agents: [doing('a'), scripted('b', [new Error('down')])],
    onProgress: (progress) => seen.push(progress),
  });
  expect(result.done).toMatchObject([
    { name: 'bad', ok: false, error: { message: 'down' } },
    { name: 'free', ok: true },
    { name: 'needs', ok: false, error: { type: 'Skipped', message: expect.stringContaining('needs "bad"') } },
  ]);
  expect(seen[0]?.steps[0]?.tasks.map(({ state }) => state)).toEqual(['running', 'planned', 'running']);
  expect(seen.at(-1)?.steps[0]?.tasks.map(({ state }) => state)).toEqual(['failed', 'failed', 'done']);
});

test('a budget of turns: nothing more is begun, the result is still written', async () => {
  const agent = doing('a');
  const result = await deepOrchestrator('x', {
    planner: scripted('planner', [plan(task('one'), task('two', ['one'])), 'so far']),
    agents: [agent],
    budget: { turns: 2 },
  });
  expect(result).toMatchObject({ text: 'so far', status: 'budget', spent: { turns: 3 } });
  expect(result.done).toMatchObject([
    { name: 'one', ok: true },
    { name: 'two', ok: false, error: { type: 'Budget' } },
  ]);
  expect(agent.prompts).toHaveLength(1);
});

test('a budget of tokens, counted elsewhere, is told in the prompts', async () => {
  let tokens = 0;
  const planner = scripted('planner', [plan(task('one')), 'so far']);
  const agent = scripted('a', () => {
    tokens = 5_000;
    return 'long';
  });
  const spent = () => ({ turns: 0, tokens });
  const result = await deepOrchestrator('x', { planner, agents: [agent], budget: { tokens: 4_000 }, spent });
  expect(planner.prompts[0]).toContain('Left of the budget: 4000 tokens');
  expect(result).toMatchObject({ status: 'budget', spent: { tokens: 5_000 } });
});

test('plans have a limit, tasks a concurrency', async () => {
  let running = 0;
  let most = 0;
  const agent = scripted('a', async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return 'ok';
  });
  let n = 0;
  const planner = scripted('planner', (prompt) =>
    prompt.startsWith('Write') ? 'end' : plan(...Array.from({ length: 4 }, () => task(`t${++n}`))),
  );
  const result = await deepOrchestrator('x', {
    planner,
    verifier: scripted('verifier', () => verdict(false)),
    agents: [agent],
    maxPlans: 2,
    concurrency: 2,
  });
  expect(result).toMatchObject({ status: 'limit', plans: 2 });
  expect(result.done).toHaveLength(8);
  expect(most).toBe(2);
});

test('goes on from a state', async () => {
  let state: DeepState | undefined;
  const options = {
    verifier: scripted('verifier', [verdict(false, ['f1']), verdict(true)]),
    agents: [doing('a')],
  };
  const stop = new Error('continue as new');
  const first = deepOrchestrator('x', {
    ...options,
    planner: scripted('planner', [plan(task('one'))]),
    afterPlan: (now) => {
      state = JSON.parse(JSON.stringify(now));
      throw stop;
    },
  });
  await expect(first).rejects.toBe(stop);
  const planner = scripted('planner', [plan(task('two', ['one'])), 'end']);
  const result = await deepOrchestrator('x', { ...options, planner, from: state! });
  expect(result).toMatchObject({ findings: ['f1'], plans: 2, status: 'complete' });
  expect(result.spent.turns).toBe(7);
});
