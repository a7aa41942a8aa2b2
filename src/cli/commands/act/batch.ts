import type { App, BatchItem, BatchOptions, FoundRun } from '../../../client/index.js';
import { EXIT, isMcpaError, McpaError } from '../../../core/index.js';
import { canAsk } from '../../human/ask.js';
import { errorObject } from '../../render/error.js';
import { oneLine } from '../../render/width.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { note, type OutputMode, onInterrupt, outputMode, printJson, printResult } from '../../terminal.js';

export interface BatchFlags extends GlobalFlags {
  query?: string;
  yes?: boolean;
  timeout?: string;
}

type Work = (app: App, runs: FoundRun[], options: BatchOptions) => Promise<BatchItem[]>;

/** Lines shown before the question; more are counted. */
const SHOWN = 20;

/** A command takes one run or a query, and `--yes` only with the latter. */
export function wantsBatch(act: string, id: string | undefined, { query, yes }: BatchFlags): boolean {
  if (query !== undefined && id !== undefined) {
    throw new McpaError('USAGE', 'an id and --query exclude each other', { hint: `mcpa ${act} --query '…'` });
  }
  if (query === undefined && yes) {
    throw new McpaError('USAGE', '--yes goes with --query', { hint: `mcpa ${act} --query '…' --yes` });
  }
  return query !== undefined;
}

/** Shows what a query finds, asks, does it to each, and prints what became of each. */
export async function batchCommand(act: string, flags: BatchFlags, work: Work): Promise<void> {
  const mode = outputMode();
  const query = flags.query ?? '';
  if (!flags.yes && !canAsk(mode)) {
    throw new McpaError('USAGE', `--query may touch many runs, and nobody can be asked here`, {
      hint: "`mcpa list --query '…'` shows them; then add --yes",
    });
  }
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const runs = await app.batch.find(query);
  for (const line of listLines(runs)) note(mode, line);
  if (runs.length === 0) note(mode, 'no open run matches');
  else if (!flags.yes && !(await confirmed(act, runs.length))) {
    note(mode, 'nothing was changed');
    return;
  }
  const stop = new AbortController();
  using _interrupt = onInterrupt(() => stop.abort(interrupted(act)));
  const items = await work(app, runs, { signal: stop.signal, onItem: (item) => printItem(item, mode) });
  if (mode.json) printJson({ v: 1, act, query, runs: items.map(jsonItem) });
  if (stop.signal.aborted) throw stop.signal.reason;
  process.exitCode = worst(items);
}

function listLines(runs: FoundRun[]): string[] {
  const lines = runs.slice(0, SHOWN).map((run) => `  ${oneLine(run.workflowId)}  ${oneLine(run.workflow)}`);
  return runs.length > SHOWN ? [...lines, `  … and ${runs.length - SHOWN} more`] : lines;
}

async function confirmed(act: string, count: number): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const message = `${act} ${count === 1 ? 'this run' : `these ${count} runs`}?`;
  const answer = await confirm({ message, initialValue: false, output: process.stderr });
  if (isCancel(answer)) throw new McpaError('INTERRUPTED', 'nothing was changed');
  return answer;
}

function printItem(item: BatchItem, mode: OutputMode): void {
  if (mode.json) return;
  const id = oneLine(item.workflowId);
  if (item.state !== undefined) printResult(`${id} ${item.state.replace('_', ' ')}`);
  else process.stderr.write(`${id} ${codeOf(item.error)}: ${messageOf(item.error)}\n`);
}

function jsonItem({ error, ...item }: BatchItem): object {
  return error === undefined ? item : { ...item, ...errorObject(error) };
}

const codeOf = (error: unknown) => (isMcpaError(error) ? error.code : 'BUG');
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Gravest first. */
const RANK: number[] = [EXIT.bug, EXIT.notReady, EXIT.usage, EXIT.failed, EXIT.commandTimeout, EXIT.done];

function worst(items: BatchItem[]): number {
  const statuses = items.map(({ error, state }) => {
    if (error === undefined) return state === 'pausing' ? EXIT.commandTimeout : EXIT.done;
    return isMcpaError(error) ? error.exitStatus : EXIT.bug;
  });
  return RANK.find((status) => statuses.includes(status as never)) ?? EXIT.done;
}

function interrupted(act: string): McpaError {
  return new McpaError('INTERRUPTED', `${act} was interrupted: the lines above say what was done`, {
    hint: 'give the same command again for the rest',
  });
}
