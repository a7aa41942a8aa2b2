import { parseDuration } from '../../duration.js';
import { type InputFlags, readInput } from '../../run/input.js';
import { printValue } from '../../run/outcome.js';
import { resolveRun } from '../../run/run-ids.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { onInterrupt, outputMode, printJson } from '../../terminal.js';
import { waitInterrupted } from './interrupted.js';

export interface QueryFlags extends GlobalFlags, InputFlags {
  timeout?: string;
}

/** Asks a run, open or closed, and prints its answer. */
export async function queryCommand(query: string, id: string | undefined, flags: QueryFlags): Promise<void> {
  const mode = outputMode();
  const args = readInput(undefined, flags);
  const timeoutMs = parseDuration(flags.timeout ?? '10s', '--timeout');
  const { config } = await loadSettings(flags);
  const { connect, queryRun } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  const stop = new AbortController();
  using _interrupt = onInterrupt(() => stop.abort(waitInterrupted(`query ${query}`, workflowId)));
  const { signal } = stop;
  const result = await queryRun(app.open, { workflowId }, query, args, { timeoutMs, signal });
  if (mode.json) printJson({ v: 1, workflowId, query, result: result ?? null });
  else printValue(result);
}
