import { isRefused, type RunMemo, type RunState } from '../../../core/index.js';

/** What `list` and `describe` call the state of a run. */
export const STATUS_WORDS = [
  'running',
  'paused',
  'human',
  'auth',
  'blocked',
  'completed',
  'failed',
  'cancelled',
  'terminated',
  'timed_out',
  'continued',
] as const;
export type StatusWord = (typeof STATUS_WORDS)[number];

/** The engine's own names, by the number that it sends (`temporal.api.enums.v1.WorkflowExecutionStatus`). */
const ENGINE_STATUS: Record<number, { word: StatusWord; query: string }> = {
  1: { word: 'running', query: 'Running' },
  2: { word: 'completed', query: 'Completed' },
  3: { word: 'failed', query: 'Failed' },
  4: { word: 'cancelled', query: 'Canceled' },
  5: { word: 'terminated', query: 'Terminated' },
  6: { word: 'continued', query: 'ContinuedAsNew' },
  7: { word: 'timed_out', query: 'TimedOut' },
  8: { word: 'paused', query: 'Paused' },
};

/** The name of a status in Temporal's list language; undefined for a state that the engine doesn't know. */
export function engineStatusOf(word: StatusWord): string | undefined {
  if (word === 'running' || word === 'paused') return undefined;
  return Object.values(ENGINE_STATUS).find((status) => status.word === word)?.query;
}

/** The states of an open run, from its search attributes and its memo: either may be missing. */
export function statesOf(
  attribute: readonly string[],
  memo: RunMemo | undefined,
  problems: readonly string[],
): RunState[] {
  const has = (state: RunState) => attribute.includes(state);
  const states: RunState[] = [];
  if (has('blocked') || problems.length > 0) states.push('blocked');
  if (has('auth') || isRefused(memo?.paused)) states.push('auth');
  if (has('paused') || (memo?.paused !== undefined && !isRefused(memo.paused))) states.push('paused');
  if (has('human') || (memo?.questions?.length ?? 0) > 0) states.push('human');
  return states;
}

/** One word for a run: of several states, the one that has to be mended first. */
export function statusWord(engineStatus: number, states: readonly RunState[]): StatusWord {
  const { word } = ENGINE_STATUS[engineStatus] ?? { word: 'running' as const };
  return word === 'running' ? (states[0] ?? 'running') : word;
}
