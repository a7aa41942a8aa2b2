import { type InputFlags, readInput } from '../../run/input.js';
import { resolveRun } from '../../run/run-ids.js';
import { loadSettings } from '../../settings.js';
import { outputMode, printJson, printResult } from '../../terminal.js';
import { type BatchFlags, batchCommand, wantsBatch } from './batch.js';

/** Sends a signal to a run, or to each that a query finds. */
export async function signalCommand(
  signal: string,
  id: string | undefined,
  flags: BatchFlags & InputFlags,
): Promise<void> {
  const mode = outputMode();
  const args = readInput(undefined, flags);
  if (wantsBatch(`signal ${signal}`, id, flags)) {
    return batchCommand(`signal ${signal}`, flags, (app, runs, options) =>
      app.batch.signal(runs, signal, args, options),
    );
  }
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  await app.getHandle(workflowId).signal(signal, ...args);
  if (mode.json) printJson({ v: 1, workflowId, signal, args, state: 'sent' });
  else printResult(`${workflowId} signal ${signal} sent`);
}
