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
export function planLines({ pattern, objective, steps }: RunProgress, ink: Paint): string[] {
  return [
    `${ink.dim(oneLine(pattern, 40))} ${oneLine(objective, 200)}`,
    ...steps.flatMap(({ description, tasks }, n) => [
      `  ${n + 1}. ${oneLine(description, 200)}`,
      ...tasks.map(({ agent, description: task, state }) => {
        const [mark, color] = MARKS[state];
        return `     ${ink[color](mark)} ${oneLine(agent, 60)}: ${oneLine(task, 200)}`;
      }),
    ]),
  ];
}
