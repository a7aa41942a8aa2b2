import { McpaError } from '../../../core/index.js';
import { printValue } from '../../run/outcome.js';
import { resolveRun } from '../../run/run-ids.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { outputMode, printJson } from '../../terminal.js';

/** The result of a run that has ended; one that goes on is an error, not a wait. */
export async function resultCommand(id: string | undefined, flags: GlobalFlags): Promise<void> {
  const mode = outputMode();
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  const handle = app.getHandle(workflowId);
  const { status, runId } = await handle.describe();
  if (status.name === 'RUNNING' || status.name === 'PAUSED') {
    throw new McpaError('COMMAND_TIMEOUT', `run ${workflowId} has no result yet: it goes on`, {
      hint: `\`mcpa wait ${workflowId}\` waits for it`,
    });
  }
  const result = await handle.result();
  if (mode.json) printJson({ workflowId, runId, status: 'completed', result: result ?? null });
  else printValue(result);
}
