import { afterAll, beforeAll, expect, test } from 'vitest';
import { KILLED_MS, PatternProject } from './project.js';

const SCRIPT = `
conversations:
  triage:
    - json: { reply: One moment, next: refunds, reason: money, context: [{ name: order, value: "42" }] }
  refunds:
    - tools: [{ tool: note, args: { text: paid back } }]
    - when: { tool: note }
      json: { reply: Paid back, next: done, reason: "", context: [{ name: refunded, value: "yes" }] }
  planner:
    - { when: { contains: "Write the final result" }, say: MySQL is older }
    - when: { matches: 'Do the results reach.*MySQL is 31' }
      json: { complete: true, findings: [MySQL is 31], missing: [] }
    - when: { contains: Do the results reach }
      json: { complete: false, findings: [Postgres is 30], missing: [the age of MySQL] }
    - when: { contains: the age of MySQL }
      json: { tasks: [{ name: mysql, description: Look up MySQL, agent: researcher, dependsOn: [] }] }
    - when: { contains: "Plan the tasks" }
      usage: { input: 100, output: 10 }
      json: { tasks: [
        { name: compare, description: Compare them, agent: analyst, dependsOn: [postgres] },
        { name: postgres, description: Look up Postgres, agent: researcher, dependsOn: [] } ] }
  researcher:
    - when: { contains: Look up Postgres }
      say: Postgres is 30
      usage: { input: 100, output: 10 }
    - when: { matches: 'Postgres is 30.*Look up MySQL' }
      say: MySQL is 31
  analyst: [{ when: { contains: Postgres is 30 }, say: Only one is known, delayMs: 3000 }]
`;

let patterns: PatternProject;
beforeAll(async () => {
  patterns = await PatternProject.create(SCRIPT);
});
afterAll(() => patterns?.[Symbol.asyncDispose]());

test('swarm: handed over with context variables, until one is done', async () => {
  expect(await patterns.run('SupportWorkflow', 'I want my money back', 'swarm')).toEqual({
    text: 'Paid back',
    context: { customer: 'Ada', order: '42', refunded: 'yes' },
    by: ['triage', 'refunds'],
  });
  expect(patterns.project.read('effects.log')).toBe('paid back\n');
});

test(
  'deepOrchestrator: verified, planned again, findings remembered; the worker killed in the middle',
  async () => {
    const result = await patterns.runKilled(
      'ResearchWorkflow',
      'Which is older?',
      'deep',
      'analyst · turn 1',
    );
    expect(result).toMatchObject({
      text: 'MySQL is older',
      status: 'complete',
      findings: ['Postgres is 30', 'MySQL is 31'],
      spent: { turns: 8 },
    });
  },
  KILLED_MS,
);

test('deepOrchestrator: tokens as the provider counted them end it', async () => {
  expect(await patterns.run('PoorResearchWorkflow', 'Which is older?', 'poor')).toEqual({
    status: 'budget',
    done: ['postgres true', 'compare false'],
  });
});

test.each(['swarm', 'deep', 'poor'])('replay: %s', async (id) => {
  expect(await patterns.replay(id)).toBeGreaterThan(10);
});
