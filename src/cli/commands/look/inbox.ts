import { setTimeout as delay } from 'node:timers/promises';
import type { App, InboxEntry, RefusedRun } from '../../../client/index.js';
import { inboxLines } from '../../render/human/inbox.js';
import { stdoutView } from '../../render/look/view.js';
import { refusalLines } from '../../render/refusal.js';
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
  else print(await waiting(app, flags.query), 'nothing waits for an answer');
}

interface Waiting {
  questions: InboxEntry[];
  refusals: RefusedRun[];
}

async function waiting(app: App, query: string | undefined): Promise<Waiting> {
  const [questions, refusals] = await Promise.all([app.inbox(query), app.refusals(query)]);
  return { questions, refusals };
}

function print({ questions, refusals }: Waiting, otherwise?: string): void {
  const mode = outputMode();
  if (mode.json) {
    printJson({ v: 1, questions, refusals });
    return;
  }
  const view = stdoutView(mode);
  const lines = [...refusalLines(refusals, view), ...inboxLines(questions, view)];
  if (lines.length > 0) printResult(lines.join('\n'));
  else if (otherwise !== undefined && !mode.quiet) process.stderr.write(`${otherwise}\n`);
}

/** Prints each question and refusal once when it comes, with a bell on a terminal, until Ctrl-C. */
async function watch(app: App, query: string | undefined): Promise<void> {
  const stop = new AbortController();
  using _interrupt = onInterrupt(() => stop.abort());
  const seen = new Set<string>();
  while (!stop.signal.aborted) {
    const { questions, refusals } = await waiting(app, query);
    const isNew = (key: string) => !seen.has(key) && seen.add(key) !== undefined;
    const fresh = {
      questions: questions.filter(({ runId, question }) => isNew(`${runId}/${question.id}`)),
      refusals: refusals.filter(({ runId, refused }) => isNew(`${runId}/${refused.at}`)),
    };
    if (fresh.questions.length + fresh.refusals.length > 0) {
      print(fresh);
      if (process.stderr.isTTY) process.stderr.write(BELL);
    }
    await delay(WATCH_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}
