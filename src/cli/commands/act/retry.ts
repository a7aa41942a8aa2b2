import { McpaError } from '../../../core/index.js';
import { parseDuration } from '../../duration.js';
import { printOutcome } from '../../run/outcome.js';
import { resolveRun } from '../../run/run-ids.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { note, outputMode, printJson, printResult } from '../../terminal.js';

export interface RetryFlags extends GlobalFlags {
  follow?: boolean;
  timeout?: string;
  reason?: string;
}

/** Takes a failed run up again from before the failing step, and prints the id of the new run. */
export async function retryCommand(id: string, flags: RetryFlags): Promise<void> {
  const mode = outputMode();
  const timeoutMs = flags.timeout === undefined ? undefined : parseDuration(flags.timeout, '--timeout');
  if (timeoutMs !== undefined && !flags.follow) {
    throw new McpaError('USAGE', '--timeout goes with --follow', { hint: `mcpa retry ${id} --follow` });
  }
  const { config } = await loadSettings(flags);
  const { connect, retryRun } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  const reason = flags.reason === undefined ? {} : { reason: flags.reason };
  const { runId, failedRunId, step, repeated } = await retryRun(app.open, { workflowId }, reason);
  note(mode, `${workflowId} goes on from before ${step}`);
  if (repeated.length > 0) {
    note(mode, `made again, as they were started with it: ${repeated.length} calls that had completed`);
  }
  if (!flags.follow) {
    if (mode.json) printJson({ v: 1, workflowId, runId, failedRunId, step, repeated });
    else printResult(runId);
    note(mode, `mcpa wait ${workflowId}`);
    return;
  }
  const { followToEnd } = await import('../../run/follow-run.js');
  const handle = app.getHandle(workflowId, runId);
  const end = await followToEnd({ app, handle, mode, ...(timeoutMs !== undefined && { timeoutMs }) });
  printOutcome(end, workflowId, mode, runId);
}
