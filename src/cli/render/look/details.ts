import { relative } from 'node:path';
import { HISTORY_SUGGESTION, lastPollText, type RunDetails } from '../../../client/index.js';
import { formatMs } from '../../duration.js';
import { type Paint, paint } from '../paint.js';
import { fitTo, oneLine } from '../width.js';
import { agentLines } from './agents.js';
import { age, bytes, exact } from './numbers.js';
import { planLines } from './plans.js';
import { statusInk, statusText } from './runs.js';
import type { View } from './view.js';
import { waitingLines } from './waiting.js';
import { wrap } from './wrap.js';

const LABEL = 11;

/** Everything about one run, in sections. */
export function detailLines(run: RunDetails, view: View): string[] {
  const ink = paint(view.color);
  const cut = (line: string) => (view.columns === undefined ? line : fitTo(line, view.columns));
  const status = statusInk(run.status, ink)(ink.bold(statusText(run.status)));
  const waiting = waitingLines(run, view, ink);
  return [
    cut(`${ink.bold(run.workflowId)} ${status}`),
    ...factsOf(run, view, ink).flatMap(([label, text, style]) => field(label, text, view, style)),
    ...(waiting.length > 0
      ? ['', ink.dim(run.closedAt === undefined ? 'waits for' : 'was waiting for'), ...waiting]
      : []),
    ...run.plans.flatMap((plan) => ['', ...planLines(plan, ink).map(cut)]),
    ...agentLines(run, view, ink),
  ];
}

type Fact = [label: string, text: string, style?: (text: string) => string];

function factsOf(run: RunDetails, { now }: View, ink: Paint): Fact[] {
  const started = Date.parse(run.startedAt);
  const facts: Fact[] = [
    ['workflow', run.workflow],
    ['run id', run.runId],
    ['task queue', `${run.taskQueue} (${lastPollText(run.worker)})`],
    ['started', `${stamp(run.startedAt)} (${age(now - started)} ago)`],
  ];
  if (run.closedAt !== undefined)
    facts.push(['ended', `${stamp(run.closedAt)}, after ${formatMs(Date.parse(run.closedAt) - started)}`]);
  if (run.cancelRequested) facts.push(['cancel', 'requested; the run has not ended', ink.yellow]);
  if (run.attempt !== undefined) facts.push(['attempt', String(run.attempt)]);
  if (run.parent) facts.push(['parent', run.parent.workflowId]);
  if (run.previous) facts.push([run.previous.how, `from run ${run.previous.runId}`]);
  if (run.nextRunId) facts.push(['goes on', `as run ${run.nextRunId}`]);
  facts.push(['input', oneLine(run.input)]);
  if (run.result !== undefined) facts.push(['result', oneLine(run.result)]);
  if (run.failure) facts.push([endLabel(run), causeText(run.failure), ink.red]);
  if (run.blocked) facts.push(['blocked', blockedText(run.blocked, now), ink.red]);
  facts.push(['history', historyText(run), run.history.danger ? ink.red : undefined] as Fact);
  return facts;
}

function endLabel({ status }: RunDetails): string {
  return status === 'failed' || status === 'timed_out' ? 'cause' : 'reason';
}

/** Where first: it is what a narrow terminal must not cut. */
export function causeText({ message, type, at }: NonNullable<RunDetails['failure']>): string {
  const where = at === undefined ? '' : `${shortPath(at)}: `;
  const kind = type === undefined || type.startsWith('mcpa.') ? '' : `${type}: `;
  return oneLine(`${where}${kind}${message}`, 1_000);
}

/** Paths of this project are shown as seen from here. */
function shortPath(at: string): string {
  const from = relative(process.cwd(), at.replace(/^file:\/\//, ''));
  return from.startsWith('..') || from.length >= at.length ? at : from;
}

function blockedText({ attempt, message, worker, at }: NonNullable<RunDetails['blocked']>, now: number) {
  const since = age(now - Date.parse(at));
  return oneLine(`attempt ${attempt}, first ${since} ago on ${worker}: ${message}`, 2_000);
}

function historyText({ history }: RunDetails): string {
  const { events, limitEvents, limitBytes, share, danger } = history;
  const size = `${exact(events)} of ${exact(limitEvents)} events, ${bytes(history.bytes)} of ${bytes(limitBytes)}`;
  const percent = `(${share < 0.01 ? '<1' : Math.floor(share * 100)} %)`;
  if (danger) return `! ${size} ${percent}: the engine ends the run at the limit`;
  const long = events >= HISTORY_SUGGESTION.events || history.bytes >= HISTORY_SUGGESTION.bytes;
  return long ? `${size} ${percent}; the engine suggests to continue as new` : `${size} ${percent}`;
}

function field(label: string, text: string, { columns }: View, style?: (text: string) => string): string[] {
  const room = columns === undefined ? undefined : columns - LABEL - 1;
  return wrap(text, room).map((line, n) => {
    const head = (n === 0 ? label : '').padEnd(LABEL);
    return `${head} ${style ? style(line) : line}`;
  });
}

function stamp(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z');
}
