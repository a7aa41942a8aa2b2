import type { JsonSchema } from '../../json.js';
import { type Checked, isFields, listIn, objectSchema, textIn, textsIn } from '../ask-valid.js';
import type { Settled } from '../settle.js';

/** A task that may need the results of others. */
export interface DeepTask {
  /** Unique in the run of the pattern. */
  name: string;
  description: string;
  agent: string;
  dependsOn: string[];
}
export type DeepTaskResult = DeepTask & Settled;

export function taskPlanSchema(agents: string[]): JsonSchema {
  const text = { type: 'string' };
  const task = objectSchema({
    name: text,
    description: text,
    agent: { type: 'string', enum: agents },
    dependsOn: { type: 'array', items: text, description: 'Names of tasks whose results it needs' },
  });
  return objectSchema({ tasks: { type: 'array', items: task } });
}

/** Tasks that can all be begun some time: known agents, new names, dependencies that exist and make no circle. */
export function checkTaskPlan(
  answer: unknown,
  agents: string[],
  before: readonly DeepTaskResult[],
): Checked<DeepTask[]> {
  if (!isFields(answer)) return { problem: 'it is no plan' };
  const tasks = listIn(answer, 'tasks')
    .filter(isFields)
    .map((task) => ({
      name: textIn(task, 'name'),
      description: textIn(task, 'description'),
      agent: textIn(task, 'agent'),
      dependsOn: textsIn(task, 'dependsOn'),
    }));
  const problem = tasks.length === 0 ? 'it has no tasks' : problemOf(tasks, agents, before);
  return problem === undefined ? { value: tasks } : { problem };
}

function problemOf(
  tasks: DeepTask[],
  agents: string[],
  before: readonly DeepTaskResult[],
): string | undefined {
  const names = new Set(before.map(({ name }) => name));
  for (const { name, agent } of tasks) {
    if (name === '') return 'a task has no name';
    if (names.has(name)) return `the name "${name}" is taken`;
    if (!agents.includes(agent)) return `there is no agent "${agent}", only ${agents.join(', ')}`;
    names.add(name);
  }
  for (const { name, dependsOn } of tasks) {
    const unknown = dependsOn.find((each) => !names.has(each));
    if (unknown !== undefined) return `"${name}" depends on "${unknown}", which is no task`;
  }
  // What is left when nothing more can begin waits for itself.
  const begun = new Set(before.map(({ name }) => name));
  let left = tasks;
  for (let count = -1; count !== left.length; ) {
    count = left.length;
    for (const task of left) if (task.dependsOn.every((each) => begun.has(each))) begun.add(task.name);
    left = left.filter(({ name }) => !begun.has(name));
  }
  return left.length === 0
    ? undefined
    : `these tasks wait for each other: ${left.map(({ name }) => name).join(', ')}`;
}
