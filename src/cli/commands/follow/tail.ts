import { type App, isFinal, type RunEvent, type RunHandle } from '../../../client/index.js';
import { EXIT } from '../../../core/errors.js';
import { McpaError } from '../../../core/index.js';
import { canAsk } from '../../human/ask.js';
import { InlineQuestions } from '../../human/inline-questions.js';
import { createTranscript } from '../../render/progress.js';
import { outcomeError, printValue } from '../../run/outcome.js';
import { noWorkerWarning } from '../../run/pick-up.js';
import { resolveRun } from '../../run/run-ids.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { interruption, type OutputMode, outputMode, printJson } from '../../terminal.js';

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
  const end = await show(app, handle, flags, mode, interrupt.signal);
  if (end === undefined) {
    if (interrupt.signal.aborted) throw interrupted(workflowId);
    // Nothing came after the cursor: a run that has ended says so all the same.
    if (flags.from !== undefined) process.exitCode = await statusNow(handle);
    return;
  }
  // With --json the lines are the events and nothing else.
  if (mode.json) process.exitCode = STATUS[end.type] ?? EXIT.done;
  else if (end.type === 'run_completed') printValue(end.result);
  else throw outcomeError(end);
}

/** Prints what happens; the run's end, when it came. */
async function show(
  app: App,
  handle: RunHandle,
  flags: TailFlags,
  mode: OutputMode,
  signal: AbortSignal,
): Promise<RunEvent | undefined> {
  using view = mode.json ? undefined : createTranscript(mode);
  const note = (text: string) => (view ? view.note(text) : void process.stderr.write(`${text}\n`));
  const left = new AbortController();
  await using questions =
    view && canAsk(mode) && flags.follow !== false
      ? new InlineQuestions(app, view, () => left.abort())
      : undefined;
  using pickUp = noWorkerWarning(app, mode.quiet || flags.follow === false ? () => undefined : note);
  const options = {
    signal: AbortSignal.any([signal, left.signal]),
    ...(flags.from !== undefined && { from: flags.from }),
    ...(flags.follow === false && { follow: false }),
  };
  for await (const event of handle.events(options)) {
    pickUp.event(event);
    questions?.event(event);
    if (view) view.event(event);
    else printJson(event);
    if (isFinal(event)) return event;
  }
  if (left.signal.aborted) throw interrupted(handle.workflowId);
  return undefined;
}

const STATUS: Partial<Record<string, number>> = {
  run_failed: EXIT.failed,
  run_cancelled: EXIT.cancelled,
  run_terminated: EXIT.cancelled,
  run_timed_out: EXIT.timedOut,
};

async function statusNow(handle: RunHandle): Promise<number> {
  const { status } = await handle.describe();
  return STATUS[`run_${status.name.toLowerCase()}`] ?? EXIT.done;
}

function interrupted(workflowId: string): McpaError {
  return new McpaError('INTERRUPTED', `no longer following; run ${workflowId} goes on`, {
    hint: `mcpa tail ${workflowId} follows it again, mcpa cancel ${workflowId} ends it`,
  });
}
