import { afterAll, beforeAll, expect, test } from 'vitest';
import { PatternProject } from './project.js';

const LONG = 'x'.repeat(4_000);
const SCRIPT = `
conversations:
  planner:
    - { when: { contains: "Write the final result" }, say: MySQL is older }
    - when: { matches: 'Do the results reach.*MySQL is 31' }
      json: { complete: true, findings: [MySQL is 31], missing: [] }
    - when: { contains: Do the results reach }
      json: { complete: false, findings: [Postgres is 30], missing: [the age of MySQL] }
    - when: { contains: the age of MySQL }
      json: { tasks: [{ name: mysql, description: Look up MySQL, agent: researcher, dependsOn: [postgres] }] }
    - when: { contains: "Plan the tasks" }
      json: { tasks: [{ name: postgres, description: Look up Postgres, agent: researcher, dependsOn: [] }] }
  researcher:
    - { when: { matches: 'Postgres is 30.*Look up MySQL' }, say: MySQL is 31 }
    - { when: { contains: Look up Postgres }, say: Postgres is 30 }
  triage:
    - json: { reply: One moment, next: refunds, reason: money, context: [{ name: order, value: "42" }] }
  refunds:
    - when: { matches: 'I want my money.*One moment.*"customer":"Ada","order":"42"' }
      json: { reply: Paid back, next: done, reason: "", context: [] }
  counter: [{ say: counted }]
  writer:
    - when: { equals: Write a letter }
      say: Dear Ada
${Array.from({ length: 8 }, (_, n) => `    - tools: [{ tool: echo, args: { text: "${n} ${LONG}" } }]`).join('\n')}
    - say: written
  router:
    - when: { contains: "- writer (agent): Writes letters." }
      json: { choices: [{ name: writer, confidence: high, reason: letters }] }
  hasty:
    - { say: at once, tools: [{ tool: note, args: { text: too late } }] }
`;

let patterns: PatternProject;
beforeAll(async () => {
  patterns = await PatternProject.create(SCRIPT, { more: 'agents: { max_iterations: 1, move_at_kb: 64 }\n' });
});
afterAll(() => patterns?.[Symbol.asyncDispose]());

const describe = (id: string) => patterns.json('describe', patterns.id(id));

test('deepOrchestrator goes on in a run that continues its own; its tasks are child workflows', async () => {
  const begin = { done: [], findings: [], missing: [], plans: 0, spent: { turns: 0, tokens: 0 } };
  expect(await patterns.run('ContinuedResearchWorkflow', JSON.stringify(begin), 'deep')).toEqual({
    text: 'MySQL is older',
    status: 'complete',
    findings: ['Postgres is 30', 'MySQL is 31'],
    plans: 2,
  });
  expect(await describe('deep')).toMatchObject({ previous: { how: 'continued' }, totals: { turns: 7 } });
});

test('swarm goes on in a run that continues its own; a member is a child workflow', async () => {
  const input = JSON.stringify({ request: 'I want my money back' });
  expect(await patterns.run('ContinuedSupportWorkflow', input, 'swarm')).toEqual({
    text: 'Paid back',
    context: { customer: 'Ada', order: '42' },
    by: ['triage', 'refunds'],
  });
  expect(await describe('swarm')).toMatchObject({ previous: { how: 'continued' } });
});

test('parallel: branches that are child workflows, each of which continues as new', async () => {
  const input = JSON.stringify({ branches: 25 });
  const result = await patterns.run('ManyBranchesWorkflow', input, 'branches');
  expect(result).toEqual(Array(25).fill('counted, round 2'));
  const { history, totals } = await describe('branches');
  expect(totals).toMatchObject({ turns: 25 });
  // Five events a branch and its workflow tasks, whatever a branch does.
  expect((history as { events: number }).events).toBeLessThan(25 * 12);
});

test('router knows what an agent is for that lives in a run of its own', async () => {
  expect(await patterns.run('MovedWriterWorkflow', 'Write a letter', 'moved')).toBe('Dear Ada');
  const { agents } = (await describe('moved')) as { agents: Array<{ agent: string; workflowId: string }> };
  const homes = agents.filter(({ agent }) => agent === 'writer').map(({ workflowId }) => workflowId);
  expect(homes).toEqual([patterns.id('moved'), expect.stringContaining('/writer/')]);
});

test("the config's limit of one turn holds for a run's first question", async () => {
  expect(await patterns.run('OneTurnWorkflow', 'Quick', 'hasty')).toEqual({ text: 'at once', turns: 1 });
  expect(patterns.project.read('effects.log')).toBe('');
});

test.each(['deep', 'swarm', 'branches', 'moved', 'hasty'])('replay: %s', async (id) => {
  expect(await patterns.replay(id)).toBeGreaterThan(5);
});
