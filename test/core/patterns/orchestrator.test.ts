import { expect, test } from 'vitest';
import { type OrchestratorState, orchestrator, type RunProgress } from '../../../src/core/index.js';
import { scripted } from './scripted.js';

const step = (description: string, ...tasks: Array<[agent: string, task: string]>) => ({
  description,
  tasks: tasks.map(([agent, task]) => ({ agent, description: task })),
});
const plan = (...steps: object[]) => ({ complete: false, steps });
const complete = { complete: true, steps: [] };
const echo = (name: string) =>
  scripted(name, (prompt) => `${name} did ${/<task>\n(.*)\n/.exec(prompt)?.[1]}`);

test('full: steps in order, parallel tasks, results handed on, planned again, summed up', async () => {
  const agents = [echo('reader'), echo('critic')];
  const planner = scripted('planner', [
    plan(step('read', ['reader', 'read it']), step('judge', ['critic', 'style'], ['critic', 'facts'])),
    complete,
  ]);
  const synthesizer = scripted('writer', ['the report']);
  const result = await orchestrator('grade it', { planner, agents, synthesizer });
  expect(result).toMatchObject({ text: 'the report', status: 'complete', plans: 2 });
  expect(result.steps.map(({ tasks }) => tasks.map((task) => task.ok && task.text))).toEqual([
    ['reader did read it'],
    ['critic did style', 'critic did facts'],
  ]);
  expect(agents[1]?.prompts[0]).toContain('reader did read it');
  expect(planner.prompts[0]).toContain('- reader: what reader is for');
  expect(planner.prompts[1]).toContain('critic did facts');
  expect(synthesizer.prompts[0]).toContain('critic did style');
});

test('iterative: one step at a time', async () => {
  const planner = scripted('planner', [
    plan(step('one', ['a', 'first']), step('ignored', ['a', 'no'])),
    plan(step('two', ['a', 'second'])),
    complete,
    'summed up',
  ]);
  const result = await orchestrator('x', { planner, agents: [echo('a')], planType: 'iterative' });
  expect(result.steps.map(({ description }) => description)).toEqual(['one', 'two']);
  expect(result).toMatchObject({ text: 'summed up', plans: 3 });
});

test('a failed task is a result: what was planned behind it is planned anew', async () => {
  let tries = 0;
  const flaky = scripted('flaky', () => (++tries === 1 ? new Error('down') : 'up'));
  const planner = scripted('planner', [
    plan(step('one', ['flaky', 'try']), step('two', ['flaky', 'never'])),
    plan(step('again', ['flaky', 'try again'])),
    'summed up',
  ]);
  const result = await orchestrator('x', { planner, agents: [flaky], replan: 'failure' });
  expect(result.steps.map(({ description, tasks }) => [description, tasks[0]?.ok])).toEqual([
    ['one', false],
    ['again', true],
  ]);
  expect(planner.prompts[1]).toContain('down');
  expect(result).toMatchObject({ status: 'complete', plans: 2 });
});

test('the limit of plans ends it with what there is', async () => {
  const planner = scripted('planner', (prompt) =>
    prompt.includes('Write the final') ? 'so far' : plan(step('more', ['a', 'go on'])),
  );
  const result = await orchestrator('x', { planner, agents: [echo('a')], maxIterations: 3 });
  expect(result).toMatchObject({ text: 'so far', status: 'limit', plans: 3 });
});

test('a plan with an unknown agent is asked for again', async () => {
  const planner = scripted('planner', [
    plan(step('s', ['nobody', 't'])),
    plan(step('s', ['a', 't'])),
    complete,
    'end',
  ]);
  await orchestrator('x', { planner, agents: [echo('a')] });
  expect(planner.prompts[1]).toContain('there is no agent "nobody", only a');
});

test('every prompt can be overridden', async () => {
  const agent = scripted('a', ['done']);
  const planner = scripted('planner', [plan(step('s', ['a', 't'])), complete, 'end']);
  await orchestrator('x', {
    planner,
    agents: [agent],
    prompts: {
      plan: ({ objective, done }) => `plan ${objective} after ${done.length}`,
      task: ({ task, step: { description } }) => `task ${task.description} of ${description}`,
      synthesize: ({ done }) => `sum up ${done.length}`,
    },
  });
  expect(planner.prompts).toEqual(['plan x after 0', 'plan x after 1', 'sum up 1']);
  expect(agent.prompts).toEqual(['task t of s']);
  const stepwise = scripted('planner', [complete, 'end']);
  await orchestrator('x', {
    planner: stepwise,
    agents: [agent],
    planType: 'iterative',
    prompts: { nextStep: () => 'what next?' },
  });
  expect(stepwise.prompts[0]).toBe('what next?');
});

test('progress: planned, running, done and failed', async () => {
  const seen: RunProgress[] = [];
  const planner = scripted('planner', [
    plan(step('one', ['a', 't1'], ['b', 't2']), step('two', ['a', 't3'])),
    complete,
    'end',
  ]);
  const agents = [echo('a'), scripted('b', [new Error('down')])];
  await orchestrator('x', { planner, agents, onProgress: (progress) => seen.push(progress) });
  const states = seen.map(({ steps }) => steps.map(({ tasks }) => tasks.map(({ state }) => state).join()));
  expect(states).toEqual([
    ['running,running', 'planned'],
    ['running,failed', 'planned'],
    ['done,failed', 'planned'],
    ['done,failed'],
  ]);
});

test('goes on from a state, as a workflow that continues as new does', async () => {
  const states: OrchestratorState[] = [];
  const planner = scripted('planner', [plan(step('one', ['a', 't1']), step('two', ['a', 't2']))]);
  const stop = new Error('continue as new');
  await expect(
    orchestrator('x', {
      planner,
      agents: [echo('a')],
      afterStep: (state) => {
        states.push(JSON.parse(JSON.stringify(state)));
        throw stop;
      },
    }),
  ).rejects.toBe(stop);
  const later = scripted('planner', [complete, 'end']);
  const result = await orchestrator('x', { planner: later, agents: [echo('a')], from: states[0]! });
  expect(result.steps.map(({ description }) => description)).toEqual(['one', 'two']);
  expect(result).toMatchObject({ text: 'end', plans: 2 });
});

test('each task of an agent that can fork gets a fork, which is closed', async () => {
  const closed: string[] = [];
  const forks: string[] = [];
  const agent = {
    ...scripted('a', []),
    fork: () => {
      const name = `fork ${forks.length + 1}`;
      forks.push(name);
      return { ...scripted('a', ['ok']), close: async () => void closed.push(name) };
    },
  };
  const planner = scripted('planner', [plan(step('s', ['a', '1'], ['a', '2'])), complete, 'end']);
  await orchestrator('x', { planner, agents: [agent] });
  expect(closed.sort()).toEqual(['fork 1', 'fork 2']);
});
