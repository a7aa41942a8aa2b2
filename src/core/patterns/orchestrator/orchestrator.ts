import type { RunProgress } from '../../run/operate.js';
import { askValid } from '../ask-valid.js';
import { aboutOf, byName, type Generates, withFork } from '../generates.js';
import { eachOf, settle } from '../settle.js';
import { menu } from '../sources.js';
import { checkPlan, type PlanStep, planSchema, type StepResult, type TaskResult } from './plan.js';
import { planProgress, type RunningStep } from './plan-progress.js';
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
  from?: OrchestratorState | undefined;
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
  const { replan = 'always', planType = 'full', maxIterations = 30, from } = options;
  const work = new Orchestration(objective, options);
  let { done, ahead, plans }: OrchestratorState = from ?? { done: [], ahead: [], plans: 0 };
  let status: OrchestratorResult['status'] = 'complete';
  for (;;) {
    if (ahead.length === 0) {
      const trusted = replan === 'failure' && planType === 'full' && plans > 0;
      if (trusted && succeeded(done.at(-1))) break;
      if (plans >= maxIterations) {
        status = 'limit';
        break;
      }
      ahead = await work.plan(done);
      plans += 1;
      if (ahead.length === 0) break;
    }
    const [step, ...rest] = ahead as [PlanStep, ...PlanStep[]];
    const result = await work.run(step, done, rest);
    done = [...done, result];
    // What was planned to come builds on what failed.
    ahead = succeeded(result) ? rest : [];
    work.tell(done, ahead);
    await options.afterStep?.({ done, ahead, plans });
  }
  return { text: await work.synthesize(done), status, steps: done, plans };
}

/** The agents of one call, with what they are asked. */
class Orchestration {
  private readonly agents: Map<string, Generates>;
  private readonly prompts: OrchestratorPrompts;

  constructor(
    private readonly objective: string,
    private readonly options: OrchestratorOptions,
  ) {
    this.agents = byName('orchestrator', options.agents);
    this.prompts = { ...ORCHESTRATOR_PROMPTS, ...options.prompts };
  }

  /** The steps to come; none when the objective is reached. */
  async plan(done: readonly StepResult[]): Promise<PlanStep[]> {
    const iterative = this.options.planType === 'iterative';
    const names = [...this.agents.keys()];
    const agents = menu(this.options.agents.map((agent) => ({ name: agent.name, about: aboutOf(agent) })));
    const context = { objective: this.objective, agents, done };
    const prompt = iterative ? this.prompts.nextStep(context) : this.prompts.plan(context);
    const { complete, steps } = await withFork(this.options.planner, (fork) =>
      askValid(fork, prompt, planSchema(names), (answer) => checkPlan(answer, names)),
    );
    // "Complete" before anything was done means the plan, not the objective.
    if (complete && done.length > 0) return [];
    return iterative ? steps.slice(0, 1) : steps;
  }

  async run(step: PlanStep, done: StepResult[], ahead: PlanStep[]): Promise<StepResult> {
    const results: Array<TaskResult | undefined> = [];
    const tell = () => this.tell(done, ahead, { step, results });
    tell();
    const tasks = await eachOf(step.tasks, this.options.concurrency, async (task, index) => {
      const agent = this.agents.get(task.agent) as Generates;
      const prompt = this.prompts.task({ objective: this.objective, step, task, done });
      const settled = await settle(() => withFork(agent, (fork) => fork.generateStr(prompt)));
      const result = { ...task, ...settled };
      results[index] = result;
      tell();
      return result;
    });
    return { description: step.description, tasks };
  }

  synthesize(done: readonly StepResult[]): Promise<string> {
    const { planner, synthesizer = planner } = this.options;
    const prompt = this.prompts.synthesize({ objective: this.objective, done });
    return withFork(synthesizer, (fork) => fork.generateStr(prompt));
  }

  tell(done: readonly StepResult[], ahead: readonly PlanStep[], running?: RunningStep): void {
    this.options.onProgress?.(planProgress(this.objective, done, running, ahead));
  }
}

function succeeded(step: StepResult | undefined): boolean {
  return step?.tasks.every(({ ok }) => ok) ?? true;
}
