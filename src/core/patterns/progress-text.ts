import type { ProgressTask, RunProgress } from '../run/operate.js';

const MARKS: Record<ProgressTask['state'], string> = { done: '✓', failed: '✗', running: '●', planned: '○' };
/** Characters of a line. */
const LINE = 120;

/** A plan as Markdown, for the engine's Web UI. */
export function progressText({ pattern, objective, steps }: RunProgress): string {
  const lines = steps.flatMap(({ description, tasks }, n) => [
    `${n + 1}. ${line(description)}`,
    ...tasks.map((task) => `   - ${MARKS[task.state]} ${task.agent}: ${line(task.description)}`),
  ]);
  return [`**${pattern}**: ${line(objective)}`, '', ...lines].join('\n');
}

function line(text: string): string {
  const one = text.replace(/\s+/g, ' ').trim();
  return one.length > LINE ? `${one.slice(0, LINE - 1)}…` : one;
}
