import type { ProgressTask, RunProgress } from '../../run/operate.js';
import type { PlanStep, StepResult } from './plan.js';

/** A plan as `mcpa describe` shows it. */
export function planProgress(
  objective: string,
  done: readonly StepResult[],
  running: PlanStep | undefined,
  ahead: readonly PlanStep[],
): RunProgress {
  const open = (step: PlanStep, state: ProgressTask['state']) => ({
    description: step.description,
    tasks: step.tasks.map((task) => ({ ...task, state })),
  });
  return {
    pattern: 'orchestrator',
    objective,
    steps: [
      ...done.map(({ description, tasks }) => ({
        description,
        tasks: tasks.map(({ description: task, agent, ok }) => ({
          description: task,
          agent,
          state: ok ? ('done' as const) : ('failed' as const),
        })),
      })),
      ...(running === undefined ? [] : [open(running, 'running')]),
      ...ahead.map((step) => open(step, 'planned')),
    ],
  };
}
