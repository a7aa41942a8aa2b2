import type { ProgressTask, RunProgress } from '../../../core/index.js';
import type { EventBody } from '../events.js';

/**
 * Plans of the run's patterns: its memo has the one that changed last, so that the difference tells. A run that
 * continues another tells the whole plan first: who follows from there on has seen none.
 */
export class PlanReader {
  readonly #known = new Map<string, RunProgress>();

  read(plan: RunProgress | undefined): EventBody[] {
    if (plan === undefined) return [];
    const before = this.#known.get(keyOf(plan));
    this.#known.set(keyOf(plan), plan);
    if (before === undefined) return [{ type: 'plan', change: 'planned', ended: [], ...plan }];
    const known = tasksOf(before);
    const now = tasksOf(plan);
    const ended = [...now].flatMap(([place, task]) =>
      hasEnded(task) && !(hasEnded(known.get(place)) && isSame(known.get(place), task)) ? [task] : [],
    );
    const same =
      sizeOf(before) === sizeOf(plan) &&
      [...now].every(([place, task]) => !known.has(place) || isSame(known.get(place), task));
    if (same && ended.length === 0) return [];
    return [{ type: 'plan', change: same ? 'progress' : 'planned', ended, ...plan }];
  }
}

const keyOf = ({ pattern, objective }: RunProgress) => `${pattern}\n${objective}`;

/** Tasks by their place in the whole plan. */
function tasksOf({ steps, first = 0 }: RunProgress): Map<number, ProgressTask> {
  return new Map(steps.flatMap(({ tasks }) => tasks).map((task, n) => [first + n, task]));
}

function sizeOf(plan: RunProgress): number {
  return plan.total ?? tasksOf(plan).size;
}

function hasEnded(task: ProgressTask | undefined): boolean {
  return task?.state === 'done' || task?.state === 'failed';
}

function isSame(a: ProgressTask | undefined, b: ProgressTask): boolean {
  return a?.agent === b.agent && a.description === b.description;
}
