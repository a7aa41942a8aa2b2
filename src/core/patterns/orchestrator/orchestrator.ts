import type { RunProgress } from '../../run/operate.js';
import { askValid } from '../ask-valid.js';
import { aboutOf, byName, type Generates, withFork } from '../generates.js';
import { eachOf, settle } from '../settle.js';
import { menu } from '../sources.js';
import { checkPlan, type PlanStep, planSchema, type StepResult } from './plan.js';
import { planProgress } from './plan-progress.js';
import { ORCHESTRATOR_PROMPTS, type OrchestratorPrompts } from './prompts.js';

export interface OrchestratorOptions {
  planner: Generates;
  /** Those who do the tasks; each task gets a fork of its agent, with an empty conversation. */
  agents: readonly Generates[];
  /** Writes the final result; the planner by default. */
  synthesizer?: Generates;
  /** `full`: all steps are planned ahead. `iterative`: one step at a time. */
  planType?: 'full' | 'iterative';
  /** `always` asks the planner when a plan is done; `failure` only when a task failed. */
  replan?: 'always' | 'failure';
  /** The most plans (or next steps) asked for; 30 by default. */
  maxIterations?: number;
  /** How many tasks of a step run at once; all by default. */
  concurrency?: number;
  prompts?: Partial<OrchestratorPrompts>;
  /** Goes on from there: for a workflow that continues as new in `afterStep`. */
  from?: OrchestratorState;
  afterStep?: (state: OrchestratorState) => void | Promise<void>;
  /** Told of each change, as `mcpa describe` shows it. */
  onProgress?: (progress: RunProgress) => void;
}

/** How far it is: plain data. */
export interface OrchestratorState {
  done: StepResult[];
  /** Planned, and not begun. */
  ahead: PlanStep[];
  plans: number;
}

export interface OrchestratorResult {
  text: string;
  /** `limit`: the plans were used up before the planner called it complete. */
  status: 'complete' | 'limit';
  steps: StepResult[];
  plans: number;
}

/**
 * Plans steps of parallel tasks for agents, runs them, plans again with the results, and writes a final result.
 *
 * @example
 * const { text } = await orchestrator('Grade the story in story.md', { planner, agents: [reader, proofreader, grader] });
 */
export async function orchestrator(
  objective: string,
  options: OrchestratorOptions,
): Promise<OrchestratorResult> {
  const { planner, agents, synthesizer = planner, replan = 'always', maxIterations = 30, from } = options;
  const prompts = { ...ORCHESTRATOR_PROMPTS, ...options.prompts };
  const known = byName('orchestrator', agents);
  const state: OrchestratorState = from ?? { done: [], ahead: [], plans: 0 };
  let { done, ahead, plans } = state;
  const tell = (running?: PlanStep) => options.onProgress?.(planProgress(objective, done, running, ahead));
  const plan = async () => {
    const iterative = options.planType === 'iterative';
    const names = [...known.keys()];
    const list = menu(agents.map((agent) => ({ name: agent.name, about: aboutOf(agent) })));
    const prompt = (iterative ? prompts.nextStep : prompts.plan)({ objective, agents: list, done });
    const made = await withFork(planner, (fork) =>
      askValid(fork, prompt, planSchema(names), (answer) => checkPlan(answer, names)),
    );
    // "Complete" before anything was done means the plan, not the objective.
    if (made.complete && done.length > 0) return [];
    return iterative ? made.steps.slice(0, 1) : made.steps;
  };

  let status: OrchestratorResult['status'] = 'complete';
  for (;;) {
    if (ahead.length === 0) {
      if (replan === 'failure' && plans > 0 && succeeded(done.at(-1)) && options.planType !== 'iterative')
        break;
      if (plans >= maxIterations) {
        status = 'limit';
        break;
      }
      ahead = await plan();
      plans += 1;
      if (ahead.length === 0) break;
    }
    const [step, ...rest] = ahead as [PlanStep, ...PlanStep[]];
    ahead = rest;
    tell(step);
    const result = await runStep(step);
    done = [...done, result];
    // What was planned to come builds on what failed.
    if (!succeeded(result)) ahead = [];
    tell();
    await options.afterStep?.({ done, ahead, plans });
  }
  const text = await withFork(synthesizer, (fork) =>
    fork.generateStr(prompts.synthesize({ objective, done })),
  );
  return { text, status, steps: done, plans };

  async function runStep(step: PlanStep): Promise<StepResult> {
    const tasks = await eachOf(step.tasks, options.concurrency, async (task) => {
      const agent = known.get(task.agent) as Generates;
      const prompt = prompts.task({ objective, step, task, done });
      return { ...task, ...(await settle(() => withFork(agent, (fork) => fork.generateStr(prompt)))) };
    });
    return { description: step.description, tasks };
  }
}

function succeeded(step: StepResult | undefined): boolean {
  return step?.tasks.every(({ ok }) => ok) ?? true;
}
