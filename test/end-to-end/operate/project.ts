import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import type { Project } from '../project.js';

const WORKFLOWS = `
import { Agent, waitForHumanInput } from 'mcpa/workflow';
import { ApplicationFailure, condition, continueAsNew, defineSignal, setHandler, sleep } from '@temporalio/workflow';

/** Knows nothing of pause: each step is a tool call that leaves a line outside. */
export async function StepsWorkflow(steps: number): Promise<number> {
  const agent = new Agent({ name: 'stepper', instruction: '', serverNames: ['fixture'] });
  for (let n = 1; n <= steps; n++) await agent.callTool('fixture', 'note', { text: 'step ' + n });
  return steps;
}

/** The page's ControllableWorkflow: its own pause and resume. */
export async function ControllableWorkflow(): Promise<string[]> {
  const seen: string[] = [];
  let paused = false;
  setHandler(defineSignal('pause'), () => { seen.push('pause'); paused = true; });
  setHandler(defineSignal('resume'), () => { seen.push('resume'); paused = false; });
  setHandler(defineSignal('go'), () => { seen.push('go'); });
  await condition(() => seen.includes('go'));
  await condition(() => !paused);
  return seen;
}

/** mcp-agent's PauseResumeWorkflow: waits for its own \`resume\`, for so long. */
export async function PauseResumeWorkflow(timeout: '200ms' | '1h'): Promise<string> {
  let resumed = false;
  setHandler(defineSignal('resume'), () => { resumed = true; });
  if (!(await condition(() => resumed, timeout)))
    throw ApplicationFailure.nonRetryable('not resumed within ' + timeout, 'SignalTimeout');
  return 'resumed';
}

/** Registers its handlers late. */
export async function LateWorkflow(): Promise<string[]> {
  const seen: string[] = [];
  let started = false;
  setHandler(defineSignal('start'), () => { started = true; });
  await condition(() => started);
  setHandler(defineSignal('pause'), () => { seen.push('pause'); });
  setHandler(defineSignal('resume'), () => { seen.push('resume'); });
  await sleep(1);
  return seen;
}

/** The page's InteractiveReviewWorkflow. */
export async function InteractiveReviewWorkflow(input: { timeout?: string; choices?: string[]; fallback?: string }): Promise<string> {
  const feedback = await waitForHumanInput('Is this draft good?', {
    ...(input.timeout ? { timeout: input.timeout as '1s' } : {}),
    ...(input.choices ? { choices: input.choices } : {}),
    ...(input.fallback ? { default: input.fallback } : {}),
  });
  return 'reviewed: ' + feedback;
}

export async function TwoQuestionsWorkflow(): Promise<string[]> {
  return Promise.all([waitForHumanInput('first?'), waitForHumanInput('second?')]);
}

/** The model asks, and calls a tool. */
export async function AskingWorkflow(input: string): Promise<string> {
  await using agent = new Agent({ name: 'asker', instruction: '', serverNames: ['fixture'], humanInput: true });
  return agent.generateStr(input);
}

export async function EchoWorkflow(text: string): Promise<string> {
  const agent = new Agent({ name: 'echoer', instruction: '', serverNames: ['fixture'] });
  const { content } = await agent.callTool('fixture', 'echo', { text });
  return content[0]?.type === 'text' ? content[0].text : '';
}

/** Continues as new once, after a signal. */
export async function ChainWorkflow(round: number): Promise<number> {
  let go = false;
  setHandler(defineSignal('go'), () => { go = true; });
  await condition(() => go);
  if (round === 0) await continueAsNew<typeof ChainWorkflow>(1);
  const agent = new Agent({ name: 'last', instruction: '', serverNames: ['fixture'] });
  await agent.callTool('fixture', 'note', { text: 'round ' + round });
  return round;
}
`;

/** A project whose runs are paused, asked and answered. */
export function operateProject(script = 'turns:\n  - say: done\n'): Promise<Project> {
  return fixtureProject(fixtureConfig(), WORKFLOWS, script);
}
