import { STATE_ATTRIBUTE } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { NO_HOSTS } from '../../visibility/no-hosts.js';
import { knowsStateAttribute } from '../../visibility/state-attribute.js';
import { engineStatusOf, type StatusWord } from './run-status.js';
import { PROBLEMS_ATTRIBUTE, type RunSummary } from './run-summary.js';

/** Which runs of the namespace are meant; all that is given must hold. */
export interface RunFilter {
  /** Any of these; `open` and `closed` stand for several. */
  status?: ReadonlyArray<StatusWord | 'open' | 'closed'>;
  workflow?: string;
  taskQueue?: string;
  /** Started since. */
  since?: Date;
  /** Temporal's own list language. */
  query?: string;
}

interface Filter {
  query: string;
  /** What the engine can't tell is looked for in what it lists. */
  keep?: (run: RunSummary) => boolean;
}

const OPEN = `ExecutionStatus IN ('Running', 'Paused')`;

export async function filterOf(open: OpenClient, options: RunFilter): Promise<Filter> {
  const { status = [], workflow, taskQueue, since, query } = options;
  const parts: string[] = [];
  let keep: Filter['keep'];
  if (status.length > 0) {
    const states = status.some((word) => ['paused', 'human', 'auth'].includes(word));
    const known = states && (await knowsStateAttribute(open));
    parts.push(`(${status.map((word) => statusQuery(word, known)).join(' OR ')})`);
    if (status.some((word) => word === 'running' || (isState(word) && !known)))
      keep = (run) => status.some((word) => fits(run, word));
  }
  if (workflow !== undefined) parts.push(`WorkflowType = ${quoted(workflow)}`);
  else if (query === undefined) parts.push(NO_HOSTS);
  if (taskQueue !== undefined) parts.push(`TaskQueue = ${quoted(taskQueue)}`);
  if (since !== undefined) parts.push(`StartTime >= '${since.toISOString()}'`);
  if (query !== undefined && query.trim() !== '') parts.push(`(${query})`);
  return { query: parts.join(' AND '), ...(keep && { keep }) };
}

function isState(word: string): boolean {
  return word === 'paused' || word === 'human' || word === 'auth';
}

function statusQuery(word: StatusWord | 'open' | 'closed', known: boolean): string {
  if (word === 'open') return OPEN;
  if (word === 'closed') return 'CloseTime IS NOT NULL';
  const status = engineStatusOf(word);
  if (status !== undefined) return `ExecutionStatus = '${status}'`;
  if (word === 'blocked') return `(${OPEN} AND ${PROBLEMS_ATTRIBUTE} IS NOT NULL)`;
  if (!isState(word) || !known) return OPEN;
  const state = `(${OPEN} AND ${STATE_ATTRIBUTE} = '${word}')`;
  return word === 'paused' ? `(${state} OR ExecutionStatus = 'Paused')` : state;
}

function fits(run: RunSummary, word: StatusWord | 'open' | 'closed'): boolean {
  if (word === 'open') return run.closedAt === undefined;
  if (word === 'closed') return run.closedAt !== undefined;
  return run.status === word || run.states.some((state) => state === word);
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
