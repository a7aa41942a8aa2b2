import { setTimeout as delay } from 'node:timers/promises';
import type { App, InboxEntry } from '../../../client/index.js';
import { inboxLines } from '../../render/inbox.js';
import { stdoutView } from '../../render/look/view.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { onInterrupt, outputMode, printJson, printResult } from '../../terminal.js';

export interface InboxFlags extends GlobalFlags {
  query?: string;
  watch?: boolean;
}

const WATCH_MS = 2_000;
const BELL = '\u0007';

/** Everything that waits for a person, over all runs of the namespace. */
export async function inboxCommand(flags: InboxFlags): Promise<void> {
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  if (flags.watch) await watch(app, flags.query);
  else print(await app.inbox(flags.query), 'nothing waits for an answer');
}

function print(entries: InboxEntry[], otherwise?: string): void {
  const mode = outputMode();
  if (mode.json) {
    printJson({ v: 1, questions: entries });
    return;
  }
  const lines = inboxLines(entries, stdoutView(mode));
  if (lines.length > 0) printResult(lines.join('\n'));
  else if (otherwise !== undefined && !mode.quiet) process.stderr.write(`${otherwise}\n`);
}

/** Prints each question once when it comes, with a bell on a terminal, until Ctrl-C. */
async function watch(app: App, query: string | undefined): Promise<void> {
  const stop = new AbortController();
  using _interrupt = onInterrupt(() => stop.abort());
  const seen = new Set<string>();
  while (!stop.signal.aborted) {
    const fresh = (await app.inbox(query)).filter(
      ({ runId, question }) => !seen.has(`${runId}/${question.id}`),
    );
    for (const { runId, question } of fresh) seen.add(`${runId}/${question.id}`);
    if (fresh.length > 0) {
      print(fresh);
      if (process.stderr.isTTY) process.stderr.write(BELL);
    }
    await delay(WATCH_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}
