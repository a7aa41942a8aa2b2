import type { JsonSchema } from '../../json.js';
import { type Checked, isFields, listIn, objectSchema, textIn } from '../ask-valid.js';
import type { Settled } from '../settle.js';

export interface PlanTask {
  description: string;
  /** Name of the agent that does it. */
  agent: string;
}
/** Tasks that may be done at once; a step builds on those before it. */
export interface PlanStep {
  description: string;
  tasks: PlanTask[];
}
export interface Plan {
  /** Nothing is left to do. */
  complete: boolean;
  steps: PlanStep[];
}

export type TaskResult = PlanTask & Settled;
export interface StepResult {
  description: string;
  tasks: TaskResult[];
}

export function planSchema(agents: string[]): JsonSchema {
  const text = { type: 'string' };
  const task = objectSchema({ description: text, agent: { type: 'string', enum: agents } });
  const step = objectSchema({ description: text, tasks: { type: 'array', items: task } });
  return objectSchema({ complete: { type: 'boolean' }, steps: { type: 'array', items: step } });
}

export function checkPlan(answer: unknown, agents: string[]): Checked<Plan> {
  if (!isFields(answer)) return { problem: 'it is no plan' };
  const steps: PlanStep[] = [];
  for (const step of listIn(answer, 'steps').filter(isFields)) {
    const tasks = listIn(step, 'tasks')
      .filter(isFields)
      .map((task) => ({ description: textIn(task, 'description'), agent: textIn(task, 'agent') }));
    const stranger = tasks.find(({ agent }) => !agents.includes(agent));
    if (stranger !== undefined)
      return { problem: `there is no agent "${stranger.agent}", only ${agents.join(', ')}` };
    if (tasks.length > 0) steps.push({ description: textIn(step, 'description'), tasks });
  }
  const complete = answer.complete === true;
  if (!complete && steps.length === 0) return { problem: 'it has no step, and is not complete' };
  return { value: { complete, steps } };
}
