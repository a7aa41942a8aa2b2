import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsOf } from '../tail/lines.js';
import { KILLED_MS, PatternProject } from './project.js';

const READ = '{ description: read, tasks: [{ agent: finder, description: Read short_story.md }] }';
const JUDGE = `{ description: judge, tasks: [
        { agent: proofreader, description: Proofread }, { agent: fact_checker, description: Check facts },
        { agent: style_enforcer, description: Judge style } ] }`;
const WRITE = '{ description: write, tasks: [{ agent: writer, description: Write graded_report.md }] }';

const script = (delayMs = 0) => `
conversations:
  planner:
    - { when: { contains: "Write the final result" }, say: "The story has grade B." }
    - when: { contains: I wrote the report }
      json: { complete: true, steps: [] }
    - when: { contains: "Plan how these agents" }
      json: { complete: false, steps: [${READ}, ${JUDGE}, ${WRITE}] }
    - when: { contains: Style is fine }
      json: { complete: false, steps: [${WRITE}] }
    - when: { contains: "It reads: Once upon" }
      json: { complete: false, steps: [${JUDGE}] }
    - when: { contains: What is the next step }
      json: { complete: false, steps: [${READ}] }
  finder:
    - tools: [{ tool: filesystem.read_text_file, args: { path: short_story.md } }]
    - say: "It reads: {{result.0}}"
  proofreader: [{ when: { contains: Once upon }, say: One typo }]
  fact_checker: [{ when: { contains: Once upon }, say: All true }]
  style_enforcer: [{ when: { contains: Once upon }, say: Style is fine, delayMs: ${delayMs} }]
  writer:
    - tools: [{ tool: filesystem.write_file, args: { path: graded_report.md, content: "Grade B" } }]
    - say: I wrote the report
`;

const STEPS = ['read', 'judge', 'write'];
const RESULT = { text: 'The story has grade B.', status: 'complete', steps: STEPS };

let patterns: PatternProject;
beforeAll(async () => {
  patterns = await PatternProject.create(script());
  patterns.project.write('data/short_story.md', 'Once upon a time');
});
afterAll(() => patterns?.[Symbol.asyncDispose]());

async function turnsOf(id: string): Promise<string[]> {
  const { agents } = (await patterns.json('describe', patterns.id(id))) as {
    agents: Array<{ agent: string; turns: number; toolCalls: number }>;
  };
  return agents.map(({ agent, turns, toolCalls }) => `${agent} ${turns}/${toolCalls}`).sort();
}

/** Turns and tool calls of each agent; the planner: its plans, and the final result. */
const work = (planner: number) => [
  'fact_checker 1/0',
  'finder 2/1',
  `planner ${planner}/0`,
  'proofreader 1/0',
  'style_enforcer 1/0',
  'writer 2/1',
];

test('B5: full plan: read, three judges, write; then the result', async () => {
  expect(await patterns.run('GradeStoryWorkflow', 'full', 'full')).toEqual(RESULT);
  expect(patterns.project.read('data/graded_report.md')).toBe('Grade B');
  expect(await turnsOf('full')).toEqual(work(3));
});

test('B5: iterative plan: the same steps, one at a time', async () => {
  patterns.project.write('data/graded_report.md', '');
  expect(await patterns.run('GradeStoryWorkflow', 'iterative', 'iterative')).toEqual(RESULT);
  expect(patterns.project.read('data/graded_report.md')).toBe('Grade B');
  expect(await turnsOf('iterative')).toEqual(work(5));
});

test('B5: the plan and how far it is, while it runs and afterwards', async () => {
  patterns.project.write('script.yaml', script(600_000));
  const id = patterns.id('watched');
  const run = patterns.project.mcpa(['run', 'GradeStoryWorkflow', 'full', '--id', id]);
  await run.output(/All true/);
  await run.output(/One typo/);
  const { result } = (await patterns.json('query', 'mcpa.status', id)) as { result: { progress: unknown[] } };
  expect(result.progress).toMatchObject([
    {
      pattern: 'orchestrator',
      objective: expect.stringContaining('Read short_story.md'),
      steps: [
        { description: 'read', tasks: [{ agent: 'finder', state: 'done' }] },
        {
          description: 'judge',
          tasks: [{ state: 'done' }, { state: 'done' }, { agent: 'style_enforcer', state: 'running' }],
        },
        { description: 'write', tasks: [{ agent: 'writer', state: 'planned' }] },
      ],
    },
  ]);
  const details = await patterns.json('query', '__temporal_workflow_metadata', id);
  expect(details).toMatchObject({
    result: {
      currentDetails: expect.stringMatching(/2\. judge\n.*✓ proofreader: Proofread\n[\s\S]*● style_enforcer/),
    },
  });
  const { activities, plans } = await patterns.json('describe', id);
  expect(plans).toEqual(result.progress);
  const text = await patterns.project.mcpa(['describe', id]).done;
  expect(text.stdout).toMatch(
    /2\. judge\n +✓ proofreader: Proofread\n[\s\S]*● style_enforcer[\s\S]*○ writer/,
  );
  expect(activities).toMatchObject([{ what: 'style_enforcer, turn 1' }]);
  await patterns.project.mcpa(['cancel', id]).done;
  expect((await run.done).status).toBe(4);
});

/** What \`tail\` tells of the plans of a run, each line held to its documented shape. */
async function plansOf(id: string) {
  const tail = await patterns.project.mcpa(['tail', patterns.id(id), '--json']).done;
  return eventsOf(tail.stdout).flatMap((event) =>
    event.type === 'plan' && event.depth === undefined
      ? [{ change: event.change, steps: event.steps.length, ended: event.ended.map(({ agent }) => agent) }]
      : [],
  );
}

test('B5: of a run that has ended, describe has the plan, and tail how it went', async () => {
  expect(await patterns.memo('full')).toMatchObject({
    final: true,
    progress: {
      steps: [
        { tasks: [{ state: 'done' }] },
        { tasks: [{ state: 'done' }, { state: 'done' }, { state: 'done' }] },
        { tasks: [{ agent: 'writer', state: 'done' }] },
      ],
    },
  });
  const { plans } = await patterns.json('describe', patterns.id('full'));
  expect(plans).toMatchObject([{ pattern: 'orchestrator', steps: [{ tasks: [{ state: 'done' }] }, {}, {}] }]);
  // Three judges end in any order, together or not.
  const ended = (await plansOf('full')).flatMap((plan) => plan.ended);
  expect(ended.slice(1, 4).sort()).toEqual(['fact_checker', 'proofreader', 'style_enforcer']);
  expect([ended[0], ended[4], ended.length]).toEqual(['finder', 'writer', 5]);
  expect(
    (await plansOf('full')).map(({ change }) => change).filter((change) => change === 'planned'),
  ).toHaveLength(1);
  const steps = (await plansOf('iterative'))
    .filter(({ change }) => change === 'planned')
    .map((plan) => plan.steps);
  expect(steps).toEqual([1, 2, 3]);
  const text = (await patterns.project.mcpa(['tail', patterns.id('full')]).done).stdout;
  expect(text).toMatch(
    /^orchestrator Read short_story\.md.*\n {2}1\. read\n {5}● finder: Read short_story\.md\n {2}2\. judge$/m,
  );
  expect(text).toMatch(/^ {2}✓ writer: Write graded_report\.md \(orchestrator\)$/m);
});

test.each(['full', 'iterative'])(
  'B5: the worker killed in the middle of a step: %s',
  async (planType) => {
    patterns.project.write('script.yaml', script(4_000));
    const id = `killed-${planType}`;
    const result = await patterns.runKilled('GradeStoryWorkflow', planType, id, 'style_enforcer · turn 1');
    expect(result).toEqual(RESULT);
    expect(await turnsOf(id)).toEqual(work(planType === 'full' ? 3 : 5));
  },
  KILLED_MS,
);

test('an orchestrator goes on in a run that continues its own; one of its agents is a child workflow', async () => {
  patterns.project.write('script.yaml', script());
  const begin = JSON.stringify({ done: [], ahead: [], plans: 0 });
  expect(await patterns.run('ContinuedStoryWorkflow', begin, 'continued')).toEqual({
    text: RESULT.text,
    steps: STEPS,
    plans: 2,
  });
  // The last run tells the whole plan first, and then what ends in it.
  expect(await plansOf('continued')).toEqual([
    { change: 'planned', steps: 3, ended: [] },
    { change: 'progress', steps: 3, ended: ['writer'] },
  ]);
  const { previous, totals, own } = await patterns.json('describe', patterns.id('continued'));
  expect(previous).toMatchObject({ how: 'continued' });
  expect(totals).toMatchObject({ turns: 10 });
  expect(own).toMatchObject({ turns: 8 });
});

test.each(['full', 'iterative', 'killed-full', 'killed-iterative', 'continued'])('replay: %s', async (id) => {
  expect(await patterns.replay(id)).toBeGreaterThan(20);
});
