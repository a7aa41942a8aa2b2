import { parseDuration } from '../../duration.js';
import { followToEnd } from '../../run/follow-run.js';
import { printOutcome } from '../../run/outcome.js';
import { resolveRun } from '../../run/run-ids.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { interruption, outputMode } from '../../terminal.js';

export interface WaitFlags extends GlobalFlags {
  timeout?: string;
  untilBlocked?: boolean;
}

/** Follows a run that was started elsewhere, to its result. */
export async function waitCommand(id: string | undefined, flags: WaitFlags): Promise<void> {
  const mode = outputMode();
  const timeoutMs = flags.timeout === undefined ? undefined : parseDuration(flags.timeout, '--timeout');
  const { config } = await loadSettings(flags);
  using interrupt = interruption();
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  const end = await followToEnd({
    app,
    handle: app.getHandle(workflowId),
    mode,
    signal: interrupt.signal,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(flags.untilBlocked && { untilBlocked: true }),
  });
  printOutcome(end, workflowId, mode);
}
