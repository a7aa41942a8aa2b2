export type { Budget, Spent } from './deep/budget.js';
export {
  type DeepOrchestratorOptions,
  type DeepResult,
  type DeepState,
  deepOrchestrator,
} from './deep/deep-orchestrator.js';
export type { DeepContext, DeepPrompts } from './deep/prompts.js';
export type { DeepTask, DeepTaskResult } from './deep/task-plan.js';
export {
  type Attempt,
  type Evaluation,
  type EvaluatorOptimizerOptions,
  type EvaluatorOptimizerResult,
  evaluatorOptimizer,
  RATINGS,
} from './evaluator-optimizer.js';
export type { Generates } from './generates.js';
export {
  type OrchestratorOptions,
  type OrchestratorResult,
  type OrchestratorState,
  orchestrator,
} from './orchestrator/orchestrator.js';
export type { Plan, PlanStep, PlanTask, StepResult, TaskResult } from './orchestrator/plan.js';
export type { OrchestratorPrompts, PlanContext } from './orchestrator/prompts.js';
export {
  type Branch,
  type BranchResult,
  type FanIn,
  type FunctionBranch,
  type ParallelOptions,
  type ParallelResult,
  parallel,
} from './parallel.js';
export { PatternError } from './pattern-error.js';
export type { Choice, Confidence } from './routing/choices.js';
export {
  type ClassifyIntentOptions,
  classifyIntent,
  type Intent,
  type IntentMatch,
} from './routing/classify-intent.js';
export {
  type AgentRoute,
  type FunctionRoute,
  type Route,
  type RouteChoice,
  type RouterOptions,
  router,
  type ServerRoute,
} from './routing/router.js';
export type { BranchError, Settled } from './settle.js';
export {
  type SwarmMember,
  type SwarmOptions,
  type SwarmPrompt,
  type SwarmReply,
  type SwarmResult,
  type SwarmState,
  swarm,
} from './swarm.js';
