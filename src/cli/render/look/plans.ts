import type { ProgressTask, RunProgress } from '../../../core/index.js';
import type { Paint } from '../paint.js';
import { oneLine } from '../width.js';

const MARKS: Record<ProgressTask['state'], [mark: string, ink: 'green' | 'red' | 'yellow' | 'dim']> = {
  done: ['✓', 'green'],
  failed: ['✗', 'red'],
  running: ['●', 'yellow'],
  planned: ['○', 'dim'],
};

/** What a pattern plans, and how far it is. */
export function planLines(plan: RunProgress, ink: Paint): string[] {
  const { pattern, objective, steps, total, first = 0 } = plan;
  const shown = steps.reduce((sum, { tasks }) => sum + tasks.length, 0);
  const after = (total ?? shown) - first - shown;
  return [
    `${ink.dim(oneLine(pattern, 40))} ${oneLine(objective, 200)}`,
    ...(first > 0 ? [ink.dim(`  … ${first} tasks that ended before`)] : []),
    ...steps.flatMap(({ description, tasks }, n) => [
      // Where the first ones are left out, a step's number isn't known.
      `  ${first > 0 ? '-' : `${n + 1}.`} ${oneLine(description, 200)}`,
      ...tasks.map((task) => `     ${taskLine(task, ink)}`),
    ]),
    ...(after > 0 ? [ink.dim(`  … ${after} more tasks`)] : []),
  ];
}

/** A task of a plan, with the mark of its state. */
export function taskLine({ agent, description, state }: ProgressTask, ink: Paint): string {
  const [mark, color] = MARKS[state];
  return `${ink[color](mark)} ${oneLine(agent, 60)}: ${oneLine(description, 200)}`;
}
