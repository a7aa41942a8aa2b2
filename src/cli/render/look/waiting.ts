import type { PendingActivity, RunDetails } from '../../../client/index.js';
import { isRefused } from '../../../core/index.js';
import { formatMs } from '../../duration.js';
import { questionText } from '../human/question.js';
import type { Paint } from '../paint.js';
import { refusedFix, refusedWhat } from '../refusal.js';
import { fitTo, oneLine } from '../width.js';
import { age } from './numbers.js';
import type { View } from './view.js';
import { wrap } from './wrap.js';

/** What an open run waits for: people first, then its own work. */
export function waitingLines(run: RunDetails, view: View, ink: Paint): string[] {
  const { now, columns } = view;
  const cut = (line: string) => (columns === undefined ? line : fitTo(line, columns));
  const wrapped = (line: string) =>
    wrap(line, columns === undefined ? undefined : columns - 4).map((each, n) =>
      n ? `    ${each}` : `  ${each}`,
    );
  const lines: string[] = [];
  if (isRefused(run.paused)) {
    const { paused, held } = run;
    const since = `${age(now - Date.parse(paused.at))} ago${held ? `, ${held} starts held` : ''}`;
    lines.push(...wrapped(`! ${since}: ${refusedWhat(paused)}`).map((line) => ink.yellow(line)));
    lines.push(...wrapped(`  fix: ${refusedFix(paused, `mcpa resume ${run.workflowId}`)}`));
  } else if (run.paused) {
    const { at, by, reason } = run.paused;
    const held = run.held ? `, ${run.held} starts held` : '';
    const who = by === undefined ? '' : ` by ${by}`;
    const why = reason === undefined ? '' : `: ${reason}`;
    lines.push(...wrapped(oneLine(`‖ paused ${age(now - Date.parse(at))} ago${who}${held}${why}`)));
  }
  for (const question of run.questions) {
    const expires = question.expiresAt ? `, expires in ${age(Date.parse(question.expiresAt) - now)}` : '';
    const asked = `? ${question.id}, ${age(now - Date.parse(question.askedAt))} ago${expires}: `;
    lines.push(...wrapped(asked + questionText(question, 2_000)).map((line) => ink.yellow(line)));
  }
  for (const activity of run.activities) {
    lines.push(cut(`  ${activityText(activity, now, run.closedAt !== undefined)}`));
    const { message } = activity.task ?? {};
    if (message !== undefined) lines.push(...wrapped(`  ${oneLine(message)}`));
    if (activity.lastError !== undefined)
      lines.push(...wrapped(`  ${oneLine(activity.lastError)}`).map((line) => ink.red(line)));
  }
  for (const child of run.children) lines.push(cut(`  child ${child.workflowId} (${child.workflow})`));
  for (const { timerId, firesAt } of run.timers)
    lines.push(cut(`  timer ${timerId}, fires in ${age(Date.parse(firesAt) - now)}`));
  return lines;
}

function activityText(activity: PendingActivity, now: number, ended: boolean): string {
  const { name, what, attempt, maximumAttempts, task } = activity;
  const tries = `attempt ${attempt}${maximumAttempts ? ` of ${maximumAttempts}` : ''}`;
  const parts = [task === undefined ? tries : `task ${task.id}`];
  if (!ended) parts.push(stateText(activity, now), `${age(now - Date.parse(activity.scheduledAt))} in all`);
  return oneLine(`${what ?? name}: ${parts.join(', ')}`);
}

function stateText({ state, nextAttemptAt, task }: PendingActivity, now: number): string {
  if (nextAttemptAt !== undefined) {
    const left = Date.parse(nextAttemptAt) - now;
    if (task !== undefined) return left > 0 ? `next look in ${formatMs(left)}` : 'the next look is due';
    return left > 0 ? `next in ${formatMs(left)}` : 'the next is due';
  }
  return state === 'scheduled' ? 'no worker has it yet' : state.replace('_', ' ');
}
