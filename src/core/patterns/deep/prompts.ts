import { sources } from '../sources.js';
import type { DeepTask, DeepTaskResult } from './task-plan.js';

export interface DeepContext {
  objective: string;
  done: readonly DeepTaskResult[];
  /** The memory: what was found so far. */
  findings: readonly string[];
  /** What the verifier misses. */
  missing: readonly string[];
  /** What is left of the budget, in words. */
  left: string;
}

/** Each prompt of a deep orchestrator; give some of them to override those. */
export interface DeepPrompts {
  plan(context: DeepContext & { agents: string }): string;
  /** `needs`: the results of the tasks that this one depends on. */
  task(context: DeepContext & { task: DeepTask; needs: readonly DeepTaskResult[] }): string;
  /** `fresh`: the results since the last time. */
  verify(context: DeepContext & { fresh: readonly DeepTaskResult[] }): string;
  synthesize(context: DeepContext): string;
}

export const DEEP_PROMPTS: DeepPrompts = {
  plan: (
    context,
  ) => `Plan the tasks that are left to reach the objective. Tasks that don't depend on each other run at once; a task reads the results of those it depends on (new ones, or done ones) and the findings, and nothing else. Give each a new, short name.

${objectiveOf(context)}

<agents>
${context.agents}
</agents>
${listOf(
  'done',
  context.done.map(({ name, ok }) => `${name}${ok ? '' : ' (failed)'}`),
)}${memory(context)}`,
  task: (context) => `Do your task; it is a part of a larger objective.

${objectiveOf(context)}
${memory({ ...context, missing: [] })}
${sources(context.needs)}

<task>
${context.task.description}
</task>`,
  verify: (
    context,
  ) => `Do the results reach the objective? Say what is missing or wrong, and give the findings of the new results that are worth remembering.

${objectiveOf(context)}
${memory({ ...context, missing: [] })}
${sources(context.fresh)}`,
  synthesize: (context) => `Write the final result from what was found; say what could not be found.

${objectiveOf(context)}
${memory(context)}
${sources(context.done)}`,
};

function objectiveOf({ objective, left }: DeepContext): string {
  const budget = left === '' ? '' : `\n\nLeft of the budget: ${left}.`;
  return `<objective>\n${objective}\n</objective>${budget}`;
}

function memory({ findings, missing }: DeepContext): string {
  return `${listOf('findings', findings)}${listOf('missing', missing)}`;
}

function listOf(tag: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n<${tag}>\n${lines.map((line) => `- ${line}`).join('\n')}\n</${tag}>\n`;
}
