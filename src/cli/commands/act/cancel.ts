import { isFinal, type RunEvent } from '../../../client/index.js';
import { McpaError } from '../../../core/index.js';
import { parseDuration } from '../../duration.js';
import { resolveRun } from '../../run/run-ids.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { note, onInterrupt, outputMode, printJson, printResult } from '../../terminal.js';

export interface CancelFlags extends GlobalFlags {
  timeout?: string;
}

const WORDS: Partial<Record<RunEvent['type'], string>> = {
  run_cancelled: 'cancelled',
  run_completed: 'completed',
  run_failed: 'failed',
  run_timed_out: 'timed out',
  run_terminated: 'terminated',
};

/** Cancels a run and says what became of it: user code may clean up, or go on. */
export async function cancelCommand(id: string, flags: CancelFlags): Promise<void> {
  const mode = outputMode();
  const timeoutMs = parseDuration(flags.timeout ?? '30s', '--timeout');
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  const handle = app.getHandle(workflowId);
  const before = await handle.describe();
  if (before.closeTime) {
    throw new McpaError(
      'RUN_CLOSED',
      `run ${workflowId} has ended already: ${before.status.name.toLowerCase()}`,
      {
        hint: `mcpa result ${workflowId}`,
      },
    );
  }
  await handle.cancel();
  note(mode, `cancel requested for ${workflowId}; waiting for the run to end`);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  let interrupted = false;
  using _interrupt = onInterrupt(() => {
    interrupted = true;
    stop.abort();
  });
  try {
    for await (const event of handle.events({ signal: stop.signal, live: false })) {
      if (!isFinal(event)) continue;
      const state = WORDS[event.type] ?? event.type;
      if (mode.json) printJson({ workflowId, runId: event.runId, status: state.replace(' ', '_') });
      else printResult(`${workflowId} ${state}`);
      return;
    }
  } finally {
    clearTimeout(timer);
  }
  const code = interrupted ? 'INTERRUPTED' : 'COMMAND_TIMEOUT';
  throw new McpaError(code, `run ${workflowId} has the request but has not ended`, {
    hint: `mcpa wait ${workflowId}; a run without a worker ends when one is back`,
  });
}
