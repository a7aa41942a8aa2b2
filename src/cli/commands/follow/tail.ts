import { isFinal, type RunEvent } from '../../../client/index.js';
import { EXIT } from '../../../core/errors.js';
import { McpaError } from '../../../core/index.js';
import { createTranscript } from '../../render/progress.js';
import { noWorkerWarning } from '../../run/pick-up.js';
import { resolveRun } from '../../run/run-ids.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { interruption, outputMode, printJson } from '../../terminal.js';

export interface TailFlags extends GlobalFlags {
  from?: string;
  follow?: boolean;
}

/** Everything that happens in a run and its children; ends with the run, and with its exit status. */
export async function tailCommand(id: string | undefined, flags: TailFlags): Promise<void> {
  const mode = outputMode();
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  using interrupt = interruption();
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  const handle = app.getHandle(workflowId);
  using view = mode.json ? undefined : createTranscript(mode);
  const note = (text: string) => (view ? view.note(text) : void process.stderr.write(`${text}\n`));
  using pickUp = noWorkerWarning(app, mode.quiet || flags.follow === false ? () => undefined : note);
  const events = handle.events({
    signal: interrupt.signal,
    ...(flags.from !== undefined && { from: flags.from }),
    ...(flags.follow === false && { follow: false }),
  });
  for await (const event of events) {
    pickUp.event(event);
    if (view) view.event(event);
    else printJson(event);
    if (!isFinal(event)) continue;
    process.exitCode = statusOf(event);
    return;
  }
  if (interrupt.signal.aborted) throw interrupted(workflowId);
  // Nothing came after the cursor, or nobody waits: a run that has ended says so all the same.
  if (flags.from !== undefined) process.exitCode = await statusNow(handle);
}

const STATUS: Partial<Record<RunEvent['type'], number>> = {
  run_failed: EXIT.failed,
  run_cancelled: EXIT.cancelled,
  run_terminated: EXIT.cancelled,
  run_timed_out: EXIT.timedOut,
};

function statusOf(event: RunEvent): number {
  return STATUS[event.type] ?? EXIT.done;
}

async function statusNow(handle: { describe(): Promise<{ status: { name: string } }> }): Promise<number> {
  const { status } = await handle.describe();
  const type = `run_${status.name.toLowerCase()}` as RunEvent['type'];
  return STATUS[type] ?? EXIT.done;
}

function interrupted(workflowId: string): McpaError {
  return new McpaError('INTERRUPTED', `no longer following; run ${workflowId} goes on`, {
    hint: `mcpa tail ${workflowId} follows it again, mcpa cancel ${workflowId} ends it`,
  });
}
