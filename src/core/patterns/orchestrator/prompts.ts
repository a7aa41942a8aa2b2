import { sources } from '../sources.js';
import type { PlanStep, PlanTask, StepResult } from './plan.js';

export interface PlanContext {
  objective: string;
  /** The agents' names, with what each is for. */
  agents: string;
  done: readonly StepResult[];
}

/** Each prompt of an orchestrator; give some of them to override those. */
export interface OrchestratorPrompts {
  /** For a plan of all that is left to do. */
  plan(context: PlanContext): string;
  /** For the next step only. */
  nextStep(context: PlanContext): string;
  task(context: { objective: string; step: PlanStep; task: PlanTask; done: readonly StepResult[] }): string;
  synthesize(context: { objective: string; done: readonly StepResult[] }): string;
}

export const ORCHESTRATOR_PROMPTS: OrchestratorPrompts = {
  plan: (
    context,
  ) => `Plan how these agents reach the objective: steps one after the other, each of tasks that are done at once. A task reads the results of the steps before it, and nothing else: say in it all that its agent must know. If the results so far reach the objective, set \`complete\` and give no steps.

${situation(context)}`,
  nextStep: (
    context,
  ) => `What is the next step to the objective? Give one step, of tasks that these agents do at once. If the results so far reach the objective, set \`complete\` and give no steps.

${situation(context)}`,
  task: ({ objective, task, done }) => `Do your task; it is a part of a larger objective.

<objective>
${objective}
</objective>
${doneSoFar(done)}
<task>
${task.description}
</task>`,
  synthesize: ({
    objective,
    done,
  }) => `Several agents worked to reach an objective. Write the final result from what they found.

<objective>
${objective}
</objective>
${doneSoFar(done)}`,
};

function situation({ objective, agents, done }: PlanContext): string {
  return `<objective>
${objective}
</objective>

<agents>
${agents}
</agents>
${doneSoFar(done)}`;
}

function doneSoFar(done: readonly StepResult[]): string {
  if (done.length === 0) return '';
  const steps = done.map(
    ({ description, tasks }, n) =>
      `Step ${n + 1}: ${description}\n${sources(tasks.map((task) => ({ ...task, name: `${task.agent}: ${task.description}` })))}`,
  );
  return `\n<results>\n${steps.join('\n\n')}\n</results>\n`;
}
