import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import type { Project } from '../project.js';

const CONFIG = fixtureConfig({
  temporal: ', max_concurrent_activities: 60',
  servers: `    guarded:
      command: node
      args: ["{{fixtures}}/modern-server.mjs"]
      approve: always`,
});

const WORKFLOWS = `
import { Agent, waitForHumanInput } from 'mcpa/workflow';
import { condition, continueAsNew, defineSignal, executeChild, setHandler, sleep } from '@temporalio/workflow';

/** Continues as new until its last round. */
export async function LeafWorkflow(round: number): Promise<string> {
  const agent = new Agent({ name: 'leaf', instruction: '', serverNames: ['fixture'] });
  await agent.callTool('fixture', 'echo', { text: 'leaf ' + round });
  if (round < 1) await continueAsNew<typeof LeafWorkflow>(round + 1);
  return 'leaf';
}

export async function MiddleWorkflow(): Promise<string[]> {
  const agent = new Agent({ name: 'talker', instruction: '', serverNames: ['fixture'] });
  return Promise.all([executeChild(LeafWorkflow, { args: [0] }), agent.generateStr('talk'), executeChild(LeafWorkflow, { args: [1] })]);
}

/** Children with children, continued as new themselves, in a run that continues as new. */
export async function TreeWorkflow(round: number): Promise<number> {
  await Promise.all([executeChild(MiddleWorkflow), executeChild(LeafWorkflow, { args: [0] })]);
  if (round === 0) await continueAsNew<typeof TreeWorkflow>(1);
  return round;
}

/** A little of everything that is worth an event. */
export async function EventfulWorkflow(): Promise<string> {
  setHandler(defineSignal<[string]>('note'), () => undefined);
  const agent = new Agent({ name: 'worker', instruction: '', serverNames: ['fixture', 'guarded'] });
  await sleep(10, { summary: 'a short rest' });
  const said = await agent.generateStr('begin');
  const answer = await waitForHumanInput('Is this draft good?', { choices: ['a', 'b'], timeout: '1h' });
  return said + ' ' + answer;
}

export async function FailingWorkflow(): Promise<string> {
  throw new Error('it broke here');
}

/** Turns that call five tools each, one of which fails. */
export async function TurnsWorkflow(turns: number): Promise<string> {
  const agent = new Agent({ name: 'long', instruction: '', serverNames: ['fixture'], maxIterations: turns });
  return agent.generateStr('go');
}

export async function CrowdWorkflow(agents: number): Promise<string[]> {
  return Promise.all(Array.from({ length: agents }, (_, n) =>
    new Agent({ name: 'one of many', instruction: '', serverNames: ['fixture'] }).generateStr('work ' + n)));
}

export async function SlowStepsWorkflow(steps: number): Promise<number> {
  const agent = new Agent({ name: 'slow', instruction: '', serverNames: ['fixture'] });
  for (let n = 0; n < steps; n++) await agent.generateStr('step ' + n);
  return steps;
}
`;

const SCRIPT = `
conversations:
  talker:
    - when: { contains: talk }
      say: I say it with an echo.
      tools: [{ tool: echo, args: { text: hi } }, { tool: fail }]
    - say: That was all.
  worker:
    - when: { contains: begin }
      tools: [{ tool: fixture_echo, args: { text: "{{input}}" } }, { tool: guarded_echo, args: { text: careful } }]
    - error: { class: overloaded, message: the provider is overloaded, times: 1 }
      say: I am done.
  long:
    - when: { matches: ".*" }
      say: Now I look at the next of the files, and I say so at such a length that no terminal has room for all of it, be it as wide as it may. 日本語の文章もここにあります。
      tools: [{ tool: echo, args: { text: a } }, { tool: echo, args: { text: b } }, { tool: add, args: { a: 1, b: 2 } }, { tool: fail }, { tool: echo, args: { text: c } }]
  one of many:
    - when: { contains: work }
      say: I begin, and I say so at some length, since there are many of us here and each has a word to say.
      delayMs: 300
      tools: [{ tool: slow, args: { ms: 1200 } }, { tool: echo, args: { text: hi } }, { tool: slow, args: { ms: 800 } }]
    - say: And I end.
      delayMs: 300
  slow:
    - when: { matches: "^step" }
      delayMs: 250
      tools: [{ tool: echo, args: { text: "echo of {{last}}" } }]
    - when: { matches: ".*" }
      say: Stepped.
`;

/** A project whose runs have something to tell. */
export function tailProject(): Promise<Project> {
  return fixtureProject(CONFIG, WORKFLOWS, SCRIPT);
}
