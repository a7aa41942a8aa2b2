import type { ListOptions, SortKey } from '../../../client/index.js';
import { McpaError } from '../../../core/index.js';
import { parseDuration } from '../../duration.js';
import type { GlobalFlags } from '../../settings.js';
import { parseCount } from './parse-count.js';

export interface ListFlags extends GlobalFlags {
  status?: string[];
  workflow?: string;
  since?: string;
  sort?: string;
  limit?: string;
  query?: string;
  watch?: boolean;
}

type Status = NonNullable<ListOptions['status']>[number];
const SORTS: readonly SortKey[] = ['cost', 'age', 'turns', 'tokens'];

/** What the flags ask for, checked before anything is connected. */
export async function listOptions(flags: ListFlags): Promise<ListOptions> {
  const { STATUS_WORDS } = await import('../../../client/index.js');
  const known: readonly Status[] = [...STATUS_WORDS, 'open', 'closed'];
  const status = (flags.status ?? []).map((given) => statusOf(given, known));
  return {
    ...(status.length > 0 && { status }),
    ...(flags.workflow !== undefined && { workflow: flags.workflow }),
    // The configuration always has a queue: only one that was asked for narrows the list.
    ...(flags.taskQueue !== undefined && { taskQueue: flags.taskQueue }),
    ...(flags.since !== undefined && { since: sinceOf(flags.since) }),
    ...(flags.query !== undefined && { query: flags.query }),
    ...(flags.sort !== undefined && { sort: sortOf(flags.sort) }),
    ...(flags.limit !== undefined && { limit: parseCount(flags.limit, '--limit') }),
  };
}

/** As people write them: `Timed-Out`, `canceled`, `waiting`. */
const ALIASES: Record<string, Status> = {
  canceled: 'cancelled',
  timeout: 'timed_out',
  waiting: 'human',
  continued_as_new: 'continued',
};

function statusOf(given: string, known: readonly Status[]): Status {
  const word = given
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  const found = known.find((each) => each === word) ?? ALIASES[word];
  if (found) return found;
  throw new McpaError('USAGE', `--status: "${given.trim()}" is not a status`, {
    hint: `one or several of ${known.join(', ')}`,
  });
}

function sinceOf(text: string): Date {
  if (/^\d{4}-\d\d/.test(text)) {
    const date = new Date(text);
    if (!Number.isNaN(date.getTime())) return date;
    throw new McpaError('USAGE', `--since: "${text}" is not a date`, {
      hint: 'for example --since 2026-05-01T18:00:00Z, or --since 2h',
    });
  }
  return new Date(Date.now() - parseDuration(text, '--since'));
}

function sortOf(text: string): SortKey {
  const found = SORTS.find((key) => key === text);
  if (found) return found;
  throw new McpaError('USAGE', `--sort: "${text}" is not one of ${SORTS.join(', ')}`, {
    hint: '--sort cost',
  });
}
