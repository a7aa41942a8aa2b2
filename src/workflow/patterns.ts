import {
  type ChildWorkflowOptions,
  executeChild,
  getCurrentDetails,
  setCurrentDetails,
  type Workflow,
} from '@temporalio/workflow';
import type { RunProgress } from '../core/index.js';
import * as core from '../core/patterns/index.js';
import { progressText } from '../core/patterns/progress-text.js';
import { Agent, type AgentOptions } from './agent/agent.js';
import { operations, runState } from './run-state.js';

export type { ProgressTask, RunProgress } from '../core/index.js';
export type * from '../core/patterns/index.js';
export { PatternError, parallel, RATINGS, swarm } from '../core/patterns/index.js';

type Without<Options, Defaulted extends keyof Options> = Omit<Options, Defaulted> &
  Partial<Pick<Options, Defaulted>>;

/**
 * An agent for any pattern each of whose calls is a child workflow, with a history of its own: the workflow gets the
 * prompt, and a JSON Schema where the answer must fit one.
 *
 * @example
 * const { result } = await parallel(text, { fanOut: [childAgent('words', CountWordsWorkflow)], fanIn: grader });
 */
export function childAgent(
  name: string,
  workflow: string | Workflow,
  options: Omit<ChildWorkflowOptions, 'args'> & { instruction?: string } = {},
): core.Generates {
  const { instruction, ...child } = options;
  const type = typeof workflow === 'string' ? workflow : workflow.name;
  const call = (...args: unknown[]): Promise<unknown> => executeChild(type, { ...child, args });
  return {
    name,
    ...(instruction === undefined ? {} : { instruction }),
    generateStr: async (prompt) => String(await call(prompt)),
    generateStructured: call,
  };
}

/**
 * Chooses who should serve a request: agents, MCP servers, functions; best first, empty when none fits.
 *
 * @example
 * const [best] = await router(request, { routes: [{ agent: writer }, { server: 'fetch', description: 'Reads web pages' }] });
 * return best?.run();
 */
export function router(
  message: string,
  options: Without<core.RouterOptions, 'router'>,
): Promise<core.RouteChoice[]> {
  const instruction = 'You decide who should serve a request.';
  return withAgent(options.router, { name: 'router', instruction }, (agent) =>
    core.router(message, { serverAgent, ...options, router: agent }),
  );
}

function serverAgent(server: string): Agent {
  const instruction = `You serve requests with the tools of the MCP server ${server}.`;
  return new Agent({ name: server, instruction, serverNames: [server] });
}

/**
 * Tells what a text is meant for; best first, empty when no intent fits.
 *
 * @example
 * const [intent] = await classifyIntent('Where is my parcel?', { intents: [{ name: 'track', description: 'Asks for a delivery' }] });
 */
export function classifyIntent(
  text: string,
  options: Without<core.ClassifyIntentOptions, 'classifier'>,
): Promise<core.IntentMatch[]> {
  const instruction = 'You tell what a text is meant for.';
  return withAgent(options.classifier, { name: 'classifier', instruction }, (classifier) =>
    core.classifyIntent(text, { ...options, classifier }),
  );
}

/**
 * Lets one write and another rate, until the rating is good enough, nothing is left to improve, or the refinements
 * are used up; the best attempt is kept. An evaluator given as text is an agent with that instruction.
 *
 * @example
 * const { text, rating } = await evaluatorOptimizer(request, { optimizer: writer, evaluator: critic, minRating: 'EXCELLENT' });
 */
export function evaluatorOptimizer<R extends string = (typeof core.RATINGS)[number]>(
  request: string,
  options: Omit<core.EvaluatorOptimizerOptions<R>, 'evaluator'> & {
    evaluator: core.EvaluatorOptimizerOptions<R>['evaluator'] | string;
  },
): Promise<core.EvaluatorOptimizerResult<R>> {
  const { evaluator } = options;
  if (typeof evaluator === 'function') return core.evaluatorOptimizer(request, { ...options, evaluator });
  const instruction = typeof evaluator === 'string' ? evaluator : '';
  const given = typeof evaluator === 'string' ? undefined : evaluator;
  return withAgent(given, { name: 'evaluator', instruction }, (agent) =>
    core.evaluatorOptimizer(request, { ...options, evaluator: agent }),
  );
}

/**
 * Plans steps of parallel tasks for agents, runs them, plans again with the results, and writes a final result.
 * `mcpa.status` and the Web UI show the plan and how far it is.
 *
 * @example
 * const { text } = await orchestrator('Grade the story in story.md', { agents: [reader, proofreader, grader] });
 */
export function orchestrator(
  objective: string,
  options: Without<core.OrchestratorOptions, 'planner'>,
): Promise<core.OrchestratorResult> {
  return withAgent(options.planner, PLANNER, (planner) =>
    core.orchestrator(objective, { onProgress: planReporter(), ...options, planner }),
  );
}

/**
 * Plans tasks with dependencies for agents, verifies what they found, plans again for what is missing, within budgets
 * of tokens and turns, and writes a final result; what was found is remembered in short.
 *
 * @example
 * const { text } = await deepOrchestrator('Compare three databases', { agents: [researcher, critic], budget: { tokens: 200_000 } });
 */
export function deepOrchestrator(
  objective: string,
  options: Without<core.DeepOrchestratorOptions, 'planner'>,
): Promise<core.DeepResult> {
  return withAgent(options.planner, PLANNER, (planner) => {
    const { agents, verifier, synthesizer } = options;
    const names = [planner, ...agents, verifier, synthesizer].flatMap((agent) => agent?.name ?? []);
    const spent = spentBy(new Set(names));
    return core.deepOrchestrator(objective, { spent, onProgress: planReporter(), ...options, planner });
  });
}

const PLANNER = {
  name: 'planner',
  instruction: 'You plan the work of agents to reach an objective, and judge and sum up what they found.',
};

/** What agents of these names have used since now, as the providers counted it. */
function spentBy(names: ReadonlySet<string>): () => core.Spent {
  const used = (): core.Spent => {
    let turns = 0;
    let tokens = 0;
    for (const { agent, turns: more, usage } of operations().record.agents()) {
      if (!names.has(agent)) continue;
      turns += more;
      tokens += usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
    }
    return { turns, tokens };
  };
  const before = used();
  return () => {
    const now = used();
    return { turns: now.turns - before.turns, tokens: now.tokens - before.tokens };
  };
}

/** Shows a plan in the run's status, and in the engine's Web UI unless the workflow writes there itself. */
function planReporter(): (progress: RunProgress) => void {
  const record = operations().record.plans.add();
  return (progress) => {
    record(progress);
    if (getCurrentDetails() !== runState.shownDetails) return;
    runState.shownDetails = progressText(progress);
    setCurrentDetails(runState.shownDetails);
  };
}

/** An agent of the pattern's own where none was given. */
async function withAgent<T>(
  given: core.Generates | undefined,
  options: AgentOptions,
  work: (agent: core.Generates) => Promise<T>,
): Promise<T> {
  if (given !== undefined) return work(given);
  const agent = new Agent(options);
  try {
    return await work(agent);
  } finally {
    await agent.close();
  }
}
