import type { ProgressTask, RunProgress } from '../../run/operate.js';
import { askValid } from '../ask-valid.js';
import { aboutOf, byName, type Generates, withFork } from '../generates.js';
import { settle } from '../settle.js';
import { menu } from '../sources.js';
import { type Budget, exhausted, leftOf, Meter, type Spent } from './budget.js';
import { DEEP_PROMPTS, type DeepContext, type DeepPrompts } from './prompts.js';
import { runTasks } from './run-tasks.js';
import { checkTaskPlan, type DeepTask, type DeepTaskResult, taskPlanSchema } from './task-plan.js';
import { checkVerdict, VERDICT_SCHEMA } from './verdict.js';

export interface DeepOrchestratorOptions {
  planner: Generates;
  /** Those who do the tasks; each task gets a fork of its agent, with an empty conversation. */
  agents: readonly Generates[];
  /** Says after each plan whether the objective is reached, and what to remember; the planner by default. */
  verifier?: Generates;
  /** Writes the final result; the planner by default. */
  synthesizer?: Generates;
  /** Nothing is begun any more when it is used up; only the final result is still written. */
  budget?: Budget;
  /** What was spent so far; counted by calls and length of text where absent. */
  spent?: () => Spent;
  /** The most plans, the first included; 5 by default. */
  maxPlans?: number;
  /** How many tasks run at once; all that can by default. */
  concurrency?: number;
  prompts?: Partial<DeepPrompts>;
  /** Goes on from there: for a workflow that continues as new in `afterPlan`. */
  from?: DeepState | undefined;
  afterPlan?: (state: DeepState) => void | Promise<void>;
  /** Told of each change, as `mcpa describe` shows it. */
  onProgress?: (progress: RunProgress) => void;
}

/** How far it is: plain data. */
export interface DeepState {
  done: DeepTaskResult[];
  findings: string[];
  missing: string[];
  plans: number;
  spent: Spent;
}

export interface DeepResult extends DeepState {
  text: string;
  /** Why it ended: `complete` says the verifier. */
  status: 'complete' | 'budget' | 'limit';
}

/**
 * Plans tasks with dependencies for agents, verifies what they found, plans again for what is missing, within budgets
 * of tokens and turns, and writes a final result; what was found is remembered in short.
 *
 * @example
 * const { text } = await deepOrchestrator('Compare three databases', { planner, agents: [researcher, critic], budget: { tokens: 200_000 } });
 */
export async function deepOrchestrator(
  objective: string,
  options: DeepOrchestratorOptions,
): Promise<DeepResult> {
  const { from, budget = {}, maxPlans = 5 } = options;
  const work = new DeepWork(objective, options);
  const state: DeepState = { done: [], findings: [], missing: [], plans: 0, ...from, spent: work.spent() };
  let status: DeepResult['status'];
  for (;;) {
    status = state.plans >= maxPlans ? 'limit' : 'budget';
    if (status === 'limit' || exhausted(budget, work.spent())) break;
    const tasks = await work.plan(state);
    state.plans += 1;
    const fresh = await work.run(tasks, state);
    state.done = [...state.done, ...fresh];
    state.spent = work.spent();
    if (exhausted(budget, state.spent)) break;
    const { complete, findings, missing } = await work.verify(fresh, state);
    state.findings = [...state.findings, ...findings];
    state.missing = complete ? [] : missing;
    state.spent = work.spent();
    if (complete) {
      status = 'complete';
      break;
    }
    await options.afterPlan?.({ ...state });
  }
  const text = await work.synthesize(state);
  return { ...state, text, status, spent: work.spent() };
}

/** The agents of one call, with what they are asked. */
class DeepWork {
  readonly spent: () => Spent;
  private readonly agents: Map<string, Generates>;
  private readonly planner: Generates;
  private readonly verifier: Generates;
  private readonly synthesizer: Generates;
  private readonly prompts: DeepPrompts;
  /** Names of the tasks as they were planned: each keeps its place in what is shown, whatever ends first. */
  private readonly order = new Set<string>();

  constructor(
    private readonly objective: string,
    private readonly options: DeepOrchestratorOptions,
  ) {
    const { planner, verifier = planner, synthesizer = planner, from } = options;
    const meter = options.spent === undefined ? new Meter() : undefined;
    const now = options.spent ?? (() => (meter as Meter).spent);
    const before = from?.spent ?? { turns: 0, tokens: 0 };
    this.spent = () => ({ turns: before.turns + now().turns, tokens: before.tokens + now().tokens });
    const counted = (agent: Generates) => meter?.counting(agent) ?? agent;
    this.agents = byName('deepOrchestrator', options.agents.map(counted));
    this.planner = counted(planner);
    this.verifier = counted(verifier);
    this.synthesizer = counted(synthesizer);
    this.prompts = { ...DEEP_PROMPTS, ...options.prompts };
  }

  plan(state: DeepState): Promise<DeepTask[]> {
    const names = [...this.agents.keys()];
    const agents = menu(
      [...this.agents.values()].map((agent) => ({ name: agent.name, about: aboutOf(agent) })),
    );
    const prompt = this.prompts.plan({ ...this.context(state), agents });
    return withFork(this.planner, (fork) =>
      askValid(fork, prompt, taskPlanSchema(names), (answer) => checkTaskPlan(answer, names, state.done)),
    );
  }

  run(tasks: DeepTask[], state: DeepState): Promise<DeepTaskResult[]> {
    const { budget = {}, concurrency = Infinity, onProgress } = this.options;
    for (const { name } of [...state.done, ...tasks]) this.order.add(name);
    return runTasks(tasks, state.done, concurrency, {
      mayBegin: () => !exhausted(budget, this.spent()),
      run: (task, known) => {
        const needs = task.dependsOn.map((name) => known.get(name) as DeepTaskResult);
        const prompt = this.prompts.task({ ...this.context(state), task, needs });
        const agent = this.agents.get(task.agent) as Generates;
        return settle(() => withFork(agent, (fork) => fork.generateStr(prompt)));
      },
      changed: (running, waiting, results) => {
        const states = new Map<string, ProgressTask>();
        for (const task of [...state.done, ...results])
          states.set(task.name, shown(task, task.ok ? 'done' : 'failed'));
        for (const task of running) states.set(task.name, shown(task, 'running'));
        for (const task of waiting) states.set(task.name, shown(task, 'planned'));
        const inOrder = [...this.order].flatMap((name) => states.get(name) ?? []);
        const steps = [{ description: `plan ${state.plans}`, tasks: inOrder }];
        onProgress?.({ pattern: 'deepOrchestrator', objective: this.objective, steps });
      },
    });
  }

  verify(fresh: DeepTaskResult[], state: DeepState) {
    const prompt = this.prompts.verify({ ...this.context(state), fresh });
    return withFork(this.verifier, (fork) => askValid(fork, prompt, VERDICT_SCHEMA, checkVerdict));
  }

  synthesize(state: DeepState): Promise<string> {
    const prompt = this.prompts.synthesize(this.context(state));
    return withFork(this.synthesizer, (fork) => fork.generateStr(prompt));
  }

  private context({ done, findings, missing }: DeepState): DeepContext {
    const left = leftOf(this.options.budget ?? {}, this.spent());
    return { objective: this.objective, done, findings, missing, left };
  }
}

function shown({ name, description, agent }: DeepTask, state: ProgressTask['state']): ProgressTask {
  return { description: `${name}: ${description}`, agent, state };
}
