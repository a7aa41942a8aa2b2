import type { RunSummary, RunWait, StatusWord } from '../../../client/index.js';
import { type Paint, paint } from '../paint.js';
import { fitTo, oneLine } from '../width.js';
import { age, dollars, short } from './numbers.js';
import { type Column, tableLines } from './table.js';
import type { View } from './view.js';

/** A line for each run, and below it what the run waits for. */
export function runLines(runs: readonly RunSummary[], view: View): string[] {
  if (runs.length === 0) return [];
  const ink = paint(view.color);
  const [head, ...lines] = tableLines(columns(runs, view, ink), runs, view.columns, ink.dim);
  const cut = (line: string) => (view.columns === undefined ? line : fitTo(line, view.columns));
  return [
    head ?? '',
    ...runs.flatMap((run, n) => [
      lines[n] ?? '',
      ...waitLines(run, view.now).map((line) => cut(ink.yellow(`  ${line}`))),
    ]),
  ];
}

function columns(runs: readonly RunSummary[], { now }: View, ink: Paint): Column<RunSummary>[] {
  // An id that mcpa made begins with the workflow's name.
  const named = runs.every((run) => run.workflowId.startsWith(run.workflow));
  const number = (run: RunSummary, count: number | undefined, text = short) =>
    count === undefined ? '' : `${run.totals?.exact ? '' : '~'}${text(count)}`;
  const usage = (run: RunSummary) => run.totals?.usage;
  const input = (run: RunSummary) => {
    const used = usage(run);
    return used && used.input + used.cacheRead + used.cacheWrite;
  };
  return [
    {
      title: 'STATUS',
      value: (run) => statusText(run.status),
      style: (text, run) => statusInk(run.status, ink)(text),
    },
    { title: 'AGE', right: true, value: (run) => age(now - Date.parse(run.startedAt)) },
    { title: 'RUN', value: (run) => run.workflowId, style: (text) => ink.bold(text) },
    { title: 'WORKFLOW', drop: 5, value: (run) => (named ? '' : run.workflow) },
    { title: 'TURNS', right: true, drop: 2, value: (run) => number(run, run.totals?.turns) },
    { title: 'IN', right: true, drop: 3, value: (run) => number(run, input(run)) },
    { title: 'OUT', right: true, drop: 3, value: (run) => number(run, usage(run)?.output) },
    { title: 'COST', right: true, drop: 1, value: (run) => number(run, usage(run)?.cost, dollars) },
    { title: 'TOOLS', right: true, drop: 4, value: (run) => number(run, run.totals?.toolCalls) },
    { title: 'RETRIES', right: true, drop: 6, value: (run) => number(run, run.totals?.retries) },
  ];
}

export function statusText(status: StatusWord): string {
  return status === 'timed_out' ? 'timed out' : status;
}

export function statusInk(status: StatusWord, ink: Paint): (text: string) => string {
  switch (status) {
    case 'completed':
      return ink.green;
    case 'running':
      return ink.cyan;
    case 'paused':
    case 'human':
    case 'auth':
      return ink.yellow;
    case 'failed':
    case 'timed_out':
    case 'blocked':
      return ink.red;
    default:
      return ink.dim;
  }
}

/** One line for each state; of several questions the oldest stands. */
function waitLines({ waits }: RunSummary, now: number): string[] {
  const questions = waits.filter((wait) => wait.for === 'human');
  const others = waits.filter((wait) => wait.for !== 'human');
  const lines = others.map((wait) => waitText(wait, now));
  const first = questions[0];
  if (first) {
    const more = questions.length > 1 ? ` (and ${questions.length - 1} more)` : '';
    lines.push(`${waitText(first, now)}${more}`);
  }
  return lines;
}

export function waitText(wait: RunWait, now: number): string {
  const since = wait.since === undefined ? '' : ` ${age(now - Date.parse(wait.since))} ago`;
  const text = wait.text === undefined ? '' : `: ${oneLine(wait.text)}`;
  switch (wait.for) {
    case 'human':
      return `? ${wait.question ?? 'question'},${since || ' open'}${text}`;
    case 'paused':
      return `‖ paused${since}${wait.by ? ` by ${oneLine(wait.by)}` : ''}${text}`;
    case 'blocked':
      return '! blocked: its code fails at the next step; `mcpa describe` says why';
    default:
      return `! ${wait.for}${since}${text}`;
  }
}
