import { dotted, type Expression } from '../../python/expression.js';
import { Untranslatable } from '../../python/untranslatable.js';
import type { Meaning, Scope } from '../scope.js';
import { toTypeScript } from '../to-typescript.js';
import type { Call } from './calls.js';

/** Options that our functions don't need: they have no context, and an agent is its own LLM. */
const NEEDLESS = new Set(['llm_factory', 'context', 'name', 'provider', 'request_params']);

const OPTIONS: Record<string, Record<string, string>> = {
  ParallelLLM: { fan_in_agent: 'fanIn', fan_out_agents: 'fanOut' },
  Orchestrator: {
    available_agents: 'agents',
    plan_type: 'planType',
    planner: 'planner',
    synthesizer: 'synthesizer',
  },
  EvaluatorOptimizerLLM: {
    optimizer: 'optimizer',
    evaluator: 'evaluator',
    min_rating: 'minRating',
    max_refinements: 'maxRefinements',
  },
};
const FUNCTIONS: Record<string, [name: string, result: string]> = {
  ParallelLLM: ['parallel', 'result'],
  Orchestrator: ['orchestrator', 'text'],
  EvaluatorOptimizerLLM: ['evaluatorOptimizer', 'text'],
};
const ADVICE: Record<string, string> = {
  LLMRouter: 'router',
  OpenAILLMRouter: 'router',
  AnthropicLLMRouter: 'router',
  create_router_llm: 'router',
  DeepOrchestrator: 'deepOrchestrator',
  OpenAISwarm: 'swarm',
  AnthropicSwarm: 'swarm',
  OpenAILLMIntentClassifier: 'classifyIntent',
  AnthropicLLMIntentClassifier: 'classifyIntent',
};

/** The object of a pattern of mcp-agent's as a call of ours, which the first `generate_str` completes. */
export function newPattern(call: Call, scope: Scope): (Meaning & { kind: 'pattern' }) | undefined {
  const name = (dotted(call.callee) ?? '').split('.').at(-1) ?? '';
  const advice = ADVICE[name];
  if (advice !== undefined) throw new Untranslatable(`use the function \`${advice}\` of mcpa/workflow`);
  const target = FUNCTIONS[name];
  if (target === undefined) return undefined;
  const fields = Object.entries(call.named).flatMap(([key, value]) => {
    if (NEEDLESS.has(key)) return [];
    const option = OPTIONS[name]?.[key];
    if (option === undefined) throw new Untranslatable(`${key} of ${name}`);
    return [`${option}: ${planType(option, value, scope)}`];
  });
  scope.use(target[0]);
  return { kind: 'pattern', ts: `(await ${target[0]}(MESSAGE, { ${fields.join(', ')} })).${target[1]}` };
}

function planType(option: string, value: Expression, scope: Scope): string {
  const text = toTypeScript(value, scope);
  return option === 'planType' ? `${text} as const` : text;
}
