import type { RunProgress } from '../../core/index.js';

/** Tasks of a plan in the memo, which every `list` carries, and characters of each. */
const SHOWN_TASKS = 20;
const TASK_TEXT = 80;
/** Of those that ended, shown before the first that has not. */
const ENDED_BEFORE = 5;
/** Plans of a run that are kept. */
const KEPT = 10;

/** What the patterns of a run plan, and how far they are. */
export class PlanRecord {
  private plans: Array<{ now?: RunProgress; told?: string }> = [];
  /** The one that changed last, for the memo. */
  private latest: RunProgress | undefined;

  /** `write`: puts the memo down; `pending`: a write is due at the end of this moment. */
  constructor(private readonly memo: { pending(): boolean; write(): void; changed(): void }) {}

  list(): RunProgress[] {
    return this.plans.flatMap(({ now }) => now ?? []);
  }

  /**
   * A place for what one pattern plans. A plan that was made and a task that ended are written down, an event each:
   * less than a hundredth of what the task itself leaves in history. That a task began is not: its first call tells.
   */
  add(): (progress: RunProgress) => void {
    const plan: { now?: RunProgress; told?: string } = {};
    this.plans = [...this.plans, plan].slice(-KEPT);
    return (progress) => {
      const other = this.latest !== undefined && this.latest !== plan.now;
      plan.now = progress;
      const told = JSON.stringify(progress, (_, value) => (value === 'running' ? 'planned' : value));
      if (plan.told === told) {
        if (!other) this.latest = progress;
        return;
      }
      // The memo has room for one plan: another's change of the same moment goes first.
      if (other && this.memo.pending()) this.memo.write();
      plan.told = told;
      this.latest = progress;
      this.memo.changed();
    };
  }

  /** The one that changed last, as the memo has it. */
  short(): RunProgress | undefined {
    return this.latest === undefined ? undefined : shortPlan(this.latest);
  }
}

/** The tasks around the first that has not ended, or the last ones. */
function shortPlan({ pattern, objective, steps }: RunProgress): RunProgress {
  const all = steps.flatMap(({ tasks }) => tasks);
  const open = all.findIndex(({ state }) => state === 'running' || state === 'planned');
  const last = Math.max(0, all.length - SHOWN_TASKS);
  const first = open < 0 ? last : Math.max(0, Math.min(open - ENDED_BEFORE, last));
  let place = 0;
  const shown = steps.flatMap(({ description, tasks }) => {
    const kept = tasks.filter(() => {
      const at = place++;
      return at >= first && at < first + SHOWN_TASKS;
    });
    const short = kept.map((task) => ({ ...task, description: cut(task.description) }));
    return short.length === 0 ? [] : [{ description: cut(description), tasks: short }];
  });
  return {
    pattern,
    objective: cut(objective),
    steps: shown,
    ...(all.length > SHOWN_TASKS ? { total: all.length } : {}),
    ...(first > 0 ? { first } : {}),
  };
}

function cut(text: string): string {
  return text.length > TASK_TEXT ? `${text.slice(0, TASK_TEXT - 1)}…` : text;
}
