import { McpaError } from '../../../core/index.js';
import { parseDuration } from '../../duration.js';
import { type InputFlags, readInput } from '../../run/input.js';
import { printValue } from '../../run/outcome.js';
import { resolveRun } from '../../run/run-ids.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { onInterrupt, outputMode, printJson } from '../../terminal.js';
import { waitInterrupted } from './interrupted.js';

export interface UpdateFlags extends GlobalFlags, InputFlags {
  timeout?: string;
}

/** Sends an update, waits for its handler, and prints what it returned. */
export async function updateCommand(
  update: string,
  id: string | undefined,
  flags: UpdateFlags,
): Promise<void> {
  const mode = outputMode();
  const args = readInput(undefined, flags);
  const timeoutMs = flags.timeout === undefined ? undefined : parseDuration(flags.timeout, '--timeout');
  const { config } = await loadSettings(flags);
  const { connect, updateRun } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  const stop = new AbortController();
  using _interrupt = onInterrupt(() => stop.abort(waitInterrupted(`update ${update}`, workflowId)));
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop.abort(tooLate(update, workflowId)), timeoutMs);
  try {
    const { updateId, runId, result } = await updateRun(app.open, { workflowId }, update, args, {
      signal: stop.signal,
    });
    if (mode.json) printJson({ v: 1, workflowId, runId, update, updateId, result: result ?? null });
    else printValue(result);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(update: string, workflowId: string): McpaError {
  return new McpaError('COMMAND_TIMEOUT', `--timeout passed; update ${update} of run ${workflowId} goes on`, {
    hint: `mcpa describe ${workflowId}`,
  });
}
