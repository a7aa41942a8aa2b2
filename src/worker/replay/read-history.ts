import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { McpaError } from '../../core/index.js';
import type { HistoryEvent } from './recorded-steps.js';

/** A run's history, as the engine gives it or as a file has it. */
export interface RunHistory {
  workflowId: string;
  /** What the history says, otherwise: a run that was reset has that of the run before. */
  runId?: string;
  history: unknown;
}

/**
 * A history from JSON, as `temporal workflow show -o json` and the Web UI write it.
 *
 * @param name what it is called in an error, and the run's id where the history has none
 */
export function readHistory(json: string, name: string): RunHistory {
  const bad = (problem: string, cause?: unknown) =>
    new McpaError('HISTORY_INVALID', `${name}: ${problem}`, {
      hint: 'give files that `temporal workflow show -o json` or the Web UI\'s "Download" has written',
      ...(cause === undefined ? {} : { cause }),
    });
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw bad('not JSON', error);
  }
  const events = Array.isArray(value) ? value : (value as { events?: unknown } | null)?.events;
  if (!Array.isArray(events) || events.length === 0) throw bad('no history: it has no events');
  let history: { events?: HistoryEvent[] | null };
  try {
    history = historyFromJSON({ events });
  } catch (error) {
    throw bad(`not a history: ${(error as Error).message}`, error);
  }
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  if (!started?.workflowType?.name) throw bad('not a history: its first event is not the start of a run');
  return { workflowId: started.workflowId || name, history };
}
