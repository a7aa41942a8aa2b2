import type { Settled } from '../settle.js';
import type { DeepTask, DeepTaskResult } from './task-plan.js';

export interface TaskEffects {
  run(task: DeepTask, results: ReadonlyMap<string, DeepTaskResult>): Promise<Settled>;
  /** False: no task is begun any more. */
  mayBegin(): boolean;
  /** Told after each change. */
  changed(
    running: readonly DeepTask[],
    waiting: readonly DeepTask[],
    results: readonly DeepTaskResult[],
  ): void;
}

/** Runs each task as soon as those it depends on are done; what can't run is a failed result that says why. */
export async function runTasks(
  tasks: readonly DeepTask[],
  before: readonly DeepTaskResult[],
  concurrency: number,
  effects: TaskEffects,
): Promise<DeepTaskResult[]> {
  const known = new Map(before.map((result) => [result.name, result]));
  const results: DeepTaskResult[] = [];
  const running = new Map<string, { task: DeepTask; ended: Promise<void> }>();
  let waiting = [...tasks];
  const end = (task: DeepTask, settled: Settled) => {
    const result = { ...task, ...settled };
    known.set(task.name, result);
    results.push(result);
    running.delete(task.name);
  };
  while (waiting.length > 0 || running.size > 0) {
    for (const task of waiting) {
      const needed = task.dependsOn.map((name) => known.get(name));
      const failed = needed.find((result) => result?.ok === false);
      if (failed !== undefined)
        end(task, notRun('Skipped', `it needs "${failed.name}", which has no result`));
      else if (needed.includes(undefined) || running.size >= concurrency) continue;
      else if (!effects.mayBegin()) end(task, notRun('Budget', 'the budget is used up'));
      else
        running.set(task.name, {
          task,
          ended: effects.run(task, known).then((settled) => end(task, settled)),
        });
    }
    waiting = waiting.filter(({ name }) => !known.has(name) && !running.has(name));
    const underWay = [...running.values()];
    effects.changed(
      underWay.map(({ task }) => task),
      waiting,
      results,
    );
    if (underWay.length > 0) await Promise.race(underWay.map(({ ended }) => ended));
  }
  return results;
}

function notRun(type: string, why: string): Settled {
  return { ok: false, error: { message: `not run: ${why}`, type } };
}
