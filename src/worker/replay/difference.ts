import { relative } from 'node:path';
import type { ReplayStep } from '../../core/index.js';
import type { HistoryEvent, RecordedStep } from './recorded-steps.js';
import { recordedSteps } from './recorded-steps.js';

/** Where today's code leaves what a run's history recorded. */
export interface Difference {
  /** In one line: what was recorded, and what the code does instead. */
  message: string;
  /** The step of the history that the code no longer takes. */
  recorded?: { eventId: number; step: string };
  /** The step that the code takes in its place; absent where it ends or fails. */
  now?: string;
  /** Of the code that takes it, seen from the project's folder. */
  file?: string;
  line?: number;
}

interface Replayed {
  events: readonly HistoryEvent[];
  /** What the code started during the replay, in its order. */
  started: readonly ReplayStep[];
  /** The replay's error. */
  error: Error;
  projectDir: string;
}

/** Says which step differs, from Temporal's own judgement and what the code was seen to start. */
export function differenceOf({ events, started, error, projectDir }: Replayed): Difference {
  const reason = reasonOf(error);
  if (!/TMPRL1100|[Nn]ondeterminism/.test(reason)) return { message: `the code fails: ${reason}` };
  const named = /HistoryEvent\(id: (\d+), (\w+)\)/.exec(reason);
  const steps = recordedSteps(events);
  const failing = named ? Number(named[1]) : undefined;
  const { was, now } = firstDifference(steps, started, failing);
  const event = failing ?? was?.eventId;
  const recorded =
    event === undefined
      ? undefined
      : { eventId: event, step: was && was.eventId === event ? textOf(was) : (named?.[2] ?? 'a step') };
  const place = now && placeOf(now, projectDir);
  const at = place ? ` at ${place.file}:${place.line}` : '';
  const then = now ? `the code now starts ${textOf(now)}${at}` : insteadOf(reason);
  const before = recorded ? `event ${recorded.eventId} is ${recorded.step}; ` : '';
  return {
    message: `${before}${then}`,
    ...(recorded ? { recorded } : {}),
    ...(now ? { now: textOf(now) } : {}),
    ...place,
  };
}

/**
 * Steps in their order up to the event that Temporal names. A timer that was cleared within its own task leaves no
 * event, so that the code may have started more than was recorded.
 */
function firstDifference(
  steps: readonly RecordedStep[],
  started: readonly ReplayStep[],
  failing: number | undefined,
): { was?: RecordedStep; now?: ReplayStep } {
  let index = 0;
  for (const was of steps) {
    if (failing !== undefined && was.eventId > failing) break;
    let next = started[index];
    while (next?.kind === 'timer' && !same(was, next) && started[index + 1] && same(was, started[index + 1]!))
      next = started[++index];
    if (was.eventId === failing || !next || !same(was, next)) return { was, ...(next ? { now: next } : {}) };
    index += 1;
  }
  return started[index] ? { now: started[index]! } : {};
}

/** Temporal compares no durations. */
function same(was: RecordedStep, now: ReplayStep): boolean {
  return was.kind === now.kind && (was.kind === 'timer' || was.name === now.name);
}

function textOf({ kind, name, summary }: RecordedStep | ReplayStep): string {
  return `${kind} ${name}${summary === undefined || summary === name ? '' : ` (${summary})`}`;
}

function insteadOf(reason: string): string {
  if (/^.*Complete workflow machine/.test(reason)) return 'the code now returns before it';
  if (/^.*Fail workflow machine/.test(reason)) return 'the code now throws before it';
  return 'the code now starts nothing there';
}

/** The core's message stands within what Rust prints of the failure. */
function reasonOf(error: Error): string {
  const quoted = /message: "((?:[^"\\]|\\.)*)"/.exec(error.message)?.[1];
  return (quoted ?? error.message).replaceAll('\\"', '"').replaceAll('\\n', '\n').split('\n', 1)[0]!;
}

/** The user's own line: of the start itself, or of the one call on an agent that is served. */
function placeOf(step: ReplayStep, projectDir: string): { file: string; line: number } | undefined {
  const own = frameIn(step.stack, projectDir);
  if (own) return own;
  const asked = (step.asked ?? []).flatMap((stack) => frameIn(stack, projectDir) ?? []);
  const [first] = asked;
  // Of several calls at once nobody knows which; the step's summary names the agent.
  return first && asked.every(({ file, line }) => file === first.file && line === first.line)
    ? first
    : undefined;
}

function frameIn(stack: string, projectDir: string): { file: string; line: number } | undefined {
  for (const [, path, line] of stack.matchAll(/^\s+at (?:.*\()?(\/.+?):(\d+):\d+\)?$/gm)) {
    const file = relative(projectDir, path!);
    if (file.startsWith('..') || /(^|\/)(node_modules|\.mcpa[^/]*)(\/|$)/.test(file)) continue;
    return { file, line: Number(line) };
  }
  return undefined;
}
