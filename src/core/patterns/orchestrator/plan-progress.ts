import type { ProgressTask, RunProgress } from '../../run/operate.js';
import type { PlanStep, PlanTask, StepResult, TaskResult } from './plan.js';

/** A step under way; of its tasks, in order, the results so far. */
export interface RunningStep {
  step: PlanStep;
  results: ReadonlyArray<TaskResult | undefined>;
}

/** A plan as `mcpa.status` shows it. */
export function planProgress(
  objective: string,
  done: readonly StepResult[],
  running: RunningStep | undefined,
  ahead: readonly PlanStep[],
): RunProgress {
  const steps: RunProgress['steps'] = done.map(({ description, tasks }) => ({
    description,
    tasks: tasks.map(ended),
  }));
  if (running !== undefined) {
    const { step, results } = running;
    const tasks = step.tasks.map((task, n) => {
      const result = results[n];
      return result === undefined ? shown(task, 'running') : ended(result);
    });
    steps.push({ description: step.description, tasks });
  }
  for (const { description, tasks } of ahead)
    steps.push({ description, tasks: tasks.map((task) => shown(task, 'planned')) });
  return { pattern: 'orchestrator', objective, steps };
}

function ended(result: TaskResult): ProgressTask {
  return shown(result, result.ok ? 'done' : 'failed');
}

function shown({ description, agent }: PlanTask, state: ProgressTask['state']): ProgressTask {
  return { description, agent, state };
}
