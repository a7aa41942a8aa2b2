import { Project } from '../project.js';

const CONFIG = `
execution_engine: temporal
temporal: { heartbeat_seconds: 1 }
workflow_task_retry_policies: { "*": { maximum_attempts: 50, initial_interval: 1, backoff_coefficient: 1 } }
mcp:
  servers:
    fixture: { command: node, args: ["{{fixtures}}/modern-server.mjs"] }
model: scripted
scripted: { script: script.yaml }
prices: { "scripted:script": { input: 3, output: 15 } }
`;

const WORKFLOWS = `
import { Agent, waitForHumanInput } from 'mcpa/workflow';
import { condition, continueAsNew, defineSignal, executeChild, setHandler } from '@temporalio/workflow';

const ask = (name: string, prompt: string) =>
  new Agent({ name, instruction: 'You are the ' + name + '.', serverNames: ['fixture'] }).generateStr(prompt);

/** Three reviewers over one story; a grader after a signal. */
export async function ReviewWorkflow(story: string): Promise<string> {
  let grade = false;
  setHandler(defineSignal('grade'), () => { grade = true; });
  const reviews = await Promise.all(['proofreader', 'fact_checker', 'style_enforcer'].map((name) => ask(name, story)));
  await condition(() => grade);
  return ask('grader', reviews.join(' '));
}

/** Turn after turn, then it stays open until a signal. */
export async function TurnsWorkflow(turns: number): Promise<string> {
  let end = false;
  setHandler(defineSignal('end'), () => { end = true; });
  const agent = new Agent({ name: 'talker', instruction: 'Talk.' });
  for (let n = 1; n <= turns; n++) await agent.generateStr('again ' + n);
  await condition(() => end);
  return 'enough';
}

export async function ParentWorkflow(): Promise<string[]> {
  const own = await ask('parent', 'again 0');
  const children = await Promise.all([1, 2].map((n) => executeChild(TurnsWorkflow, { args: [n], workflowId: 'child-' + n + '-' + Math.random() })));
  return [own, ...children];
}

/** Asks once a round, over three runs. */
export async function RoundsWorkflow(round: number): Promise<number> {
  await ask('rounder', 'again ' + round);
  if (round < 2) await continueAsNew<typeof RoundsWorkflow>(round + 1);
  return round;
}

export async function HumanWorkflow(): Promise<string> {
  return waitForHumanInput('Deploy to production?', { choices: ['yes', 'no'] });
}

function balance(): never {
  throw new Error('the ledger does not balance');
}

export async function BrokenWorkflow(): Promise<void> {
  await ask('talker', 'again 1');
  try {
    balance();
  } catch (error) {
    throw new Error('closing the books failed', { cause: error });
  }
}

/** The model's provider is overloaded for good. */
export async function StuckWorkflow(): Promise<string> {
  return ask('stuck', 'hello');
}
`;

const SCRIPT = `
turns:
  - { when: { contains: again }, say: "yes, again", usage: { input: 100, output: 10 } }
conversations:
  proofreader:
    - { say: "a comma is missing", usage: { input: 1001, output: 11, cacheRead: 500, cacheWrite: 7 } }
  fact_checker:
    - { tools: [{ tool: add, args: { a: 1, b: 2 } }, { tool: fail }], usage: { input: 2003, output: 13 } }
    - { say: "three is right", usage: { input: 2017, output: 17 } }
  style_enforcer:
    - { say: "too loud", usage: { input: 3001, output: 19 } }
  grader:
    - { say: "B minus", usage: { input: 4001, output: 23 } }
  stuck:
    - { error: { class: overloaded, message: "the provider is busy" } }
`;

/** A project whose runs are looked at: parallel agents, many turns, questions, failures. */
export async function lookProject(): Promise<Project> {
  const project = await Project.create('basic', WORKFLOWS);
  project.write('mcp_agent.config.yaml', CONFIG);
  project.write('workflows/look.ts', WORKFLOWS);
  project.write('script.yaml', SCRIPT);
  return project;
}

/** The lines of a command's standard output, as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
export function jsonLines(stdout: string): any[] {
  return stdout.trim() === ''
    ? []
    : stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
}
