import { McpaError } from '../../../core/index.js';
import { parseDuration } from '../../duration.js';
import { resolveRun } from '../../run/run-ids.js';
import { loadSettings } from '../../settings.js';
import { note, onInterrupt, outputMode, printJson, printResult } from '../../terminal.js';
import { type BatchFlags, batchCommand, wantsBatch } from './batch.js';
import { waitInterrupted } from './interrupted.js';

export interface TerminateFlags extends BatchFlags {
  reason?: string;
}

/** Cancels a run and says what became of it: user code may clean up, or go on. */
export async function cancelCommand(id: string | undefined, flags: BatchFlags): Promise<void> {
  const timeoutMs = parseDuration(flags.timeout ?? '30s', '--timeout');
  if (wantsBatch('cancel', id, flags)) {
    return batchCommand('cancel', flags, (app, runs, options) =>
      app.batch.cancel(runs, { ...options, timeoutMs }),
    );
  }
  const mode = outputMode();
  const named = required('cancel', id);
  const { config } = await loadSettings(flags);
  const { connect, notEnded, waitForEnd } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, named);
  const handle = app.getHandle(workflowId);
  await requireOpen(handle);
  await handle.cancel();
  note(mode, `cancel requested for ${workflowId}; waiting for the run to end`);
  const stop = new AbortController();
  using _interrupt = onInterrupt(() => stop.abort(waitInterrupted('cancel', workflowId)));
  const end = await waitForEnd(app.open, { workflowId }, Date.now() + timeoutMs, stop.signal);
  if (end !== undefined) return print(workflowId, end.runId, end.state);
  throw stop.signal.aborted ? stop.signal.reason : notEnded({ workflowId });
}

/** Ends a run at once: its code learns nothing of it. */
export async function terminateCommand(id: string | undefined, flags: TerminateFlags): Promise<void> {
  const reason = flags.reason === undefined ? {} : { reason: flags.reason };
  if (wantsBatch('terminate', id, flags)) {
    return batchCommand('terminate', flags, (app, runs, options) =>
      app.batch.terminate(runs, { ...options, ...reason }),
    );
  }
  const named = required('terminate', id);
  const { config } = await loadSettings(flags);
  const { connect, waitForEnd } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, named);
  const handle = app.getHandle(workflowId);
  const { runId } = await requireOpen(handle);
  await handle.terminate(flags.reason);
  const end = await waitForEnd(app.open, { workflowId, runId }, Date.now(), new AbortController().signal);
  print(workflowId, runId, end?.state ?? 'terminated');
}

/** Ending the only open run by mistake can't be undone: these two want to be told which. */
function required(act: string, id: string | undefined): string {
  if (id !== undefined) return id;
  throw new McpaError('USAGE', `${act} wants to know which run`, {
    hint: `mcpa ${act} ID, mcpa ${act} @last, or mcpa ${act} --query '…'`,
  });
}

async function requireOpen(handle: ReturnType<import('../../../client/index.js').App['getHandle']>) {
  const { endState, runClosed } = await import('../../../client/index.js');
  const description = await handle.describe();
  const state = endState(description);
  if (state !== undefined) throw runClosed(handle.workflowId, state);
  return description;
}

function print(workflowId: string, runId: string, state: string): void {
  if (outputMode().json) printJson({ v: 1, workflowId, runId, status: state });
  else printResult(`${workflowId} ${state.replace('_', ' ')}`);
}
