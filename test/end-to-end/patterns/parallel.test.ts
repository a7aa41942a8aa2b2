import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KILLED_MS, PatternProject } from './project.js';

const usage = (input: number) => `usage: { input: ${input}, output: 10 }`;
const script = (delayMs = 0) => `
conversations:
  proofreader: [{ say: "2 typos", ${usage(100)} }]
  fact_checker: [{ say: "The moon is no cheese", ${usage(200)} }]
  style_enforcer: [{ say: "Too long", delayMs: ${delayMs}, ${usage(300)} }]
  grader:
    - when: { matches: 'A story.*from="proofreader">\\n2 typos.*The moon is no cheese.*Too long' }
      say: "Grade: C"
      ${usage(400)}
  counter: [{ say: "four words" }]
`;

let patterns: PatternProject;
beforeAll(async () => {
  patterns = await PatternProject.create(script());
});
afterAll(() => patterns?.[Symbol.asyncDispose]());

async function usageOf(id: string) {
  const { agents, totals } = (await patterns.json('describe', patterns.id(id))) as {
    agents: Array<{ agent: string; turns: number; usage: { input: number; output: number } }>;
    totals: { turns: number; usage: { input: number; output: number } };
  };
  const byAgent = agents.map(({ agent, turns, usage: { input } }) => `${agent} ${turns} ${input}`).sort();
  return { byAgent, turns: totals.turns, input: totals.usage.input, output: totals.usage.output };
}

const USED = {
  byAgent: ['fact_checker 1 200', 'grader 1 400', 'proofreader 1 100', 'style_enforcer 1 300'],
  turns: 4,
  input: 1000,
  output: 40,
};

test('B2: three agents over one story, then a grader; usage per agent', async () => {
  expect(await patterns.run('GradeInParallelWorkflow', 'A story', 'plain')).toBe('Grade: C');
  expect(await usageOf('plain')).toEqual(USED);
});

test(
  'B2: the worker killed during the fan-out: same result, same usage',
  async () => {
    patterns.project.write('script.yaml', script(4_000));
    const result = await patterns.runKilled(
      'GradeInParallelWorkflow',
      'A story',
      'killed',
      'style_enforcer · turn 1',
    );
    expect(result).toBe('Grade: C');
    expect(await usageOf('killed')).toEqual(USED);
    expect(await usageOf('plain')).toEqual(USED);
  },
  KILLED_MS,
);

test('a child workflow and a function as branches; one that fails is a result', async () => {
  expect(await patterns.run('ChildBranchesWorkflow', 'one two three four', 'children')).toEqual({
    result: 2,
    branches: [
      { name: 'words', ok: true, text: 'four words' },
      { name: 'letters', ok: true, text: '18 letters' },
      { name: 'broken', ok: false, error: { message: 'broken on purpose' } },
    ],
  });
});

test('cancelling the run ends it: no branch takes it for a failure', async () => {
  patterns.project.write('script.yaml', script(30_000));
  const id = patterns.id('cancelled');
  const run = patterns.project.mcpa(['run', 'GradeInParallelWorkflow', 'A story', '--id', id]);
  await run.output(/style_enforcer/);
  await patterns.project.mcpa(['cancel', id]).done;
  expect((await run.done).status).toBe(4);
  expect((await usageOf('cancelled')).byAgent.join()).not.toContain('grader');
});

test.each(['plain', 'killed', 'children'])('replay: %s', async (id) => {
  expect(await patterns.replay(id)).toBeGreaterThan(10);
});

test('a replay notices a branch that has gone', async () => {
  const file = 'workflows/parallel.ts';
  const source = patterns.project.read(file);
  patterns.project.write(
    file,
    source.replace('[proofreader, factChecker, styleEnforcer]', '[proofreader, factChecker]'),
  );
  expect(patterns.project.read(file)).not.toBe(source);
  await expect(patterns.replay('plain')).rejects.toThrow(DeterminismViolationError);
  patterns.project.write(file, source);
});
