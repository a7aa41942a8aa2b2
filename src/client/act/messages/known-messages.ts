import type { OpenClient } from '../../connection.js';
import type { RunRef } from '../run-ref.js';
import { askTwice } from './query.js';

/** What a run takes at this moment; the engine's own messages are left out. */
export interface KnownMessages {
  queries: string[];
  updates: string[];
  signals: string[];
}

interface Metadata {
  definition?: Partial<Record<`${'query' | 'update' | 'signal'}Definitions`, Array<{ name?: string }>>>;
}

/** Asks a run which messages it takes. */
export async function knownMessages(open: OpenClient, run: RunRef): Promise<KnownMessages> {
  const { definition } = await askTwice<Metadata>(open, run, '__temporal_workflow_metadata', []);
  const names = (list: Array<{ name?: string }> | undefined) =>
    (list ?? [])
      .flatMap(({ name }) => (name === undefined || name.startsWith('__') ? [] : [name]))
      .sort(ownFirst);
  return {
    queries: names(definition?.queryDefinitions),
    updates: names(definition?.updateDefinitions),
    signals: names(definition?.signalDefinitions),
  };
}

export const namesText = (names: string[]): string => (names.length === 0 ? 'none' : names.join(', '));

/** The workflow's before mcpa's. */
function ownFirst(a: string, b: string): number {
  const rank = (name: string) => (name.startsWith('mcpa.') ? 1 : 0);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
