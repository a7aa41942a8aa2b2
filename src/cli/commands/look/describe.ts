import { detailLines } from '../../render/look/details.js';
import { stdoutView } from '../../render/look/view.js';
import { resolveRun } from '../../run/run-ids.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { outputMode, printJson, printResult } from '../../terminal.js';

export interface DescribeFlags extends GlobalFlags {
  runId?: string;
}

/** One run in full: what it used, what it waits for, why it failed. */
export async function describeCommand(id: string | undefined, flags: DescribeFlags): Promise<void> {
  const mode = outputMode();
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  const details = await app.getHandle(workflowId, flags.runId).details();
  if (mode.json) printJson({ v: 1, ...details });
  else printResult(detailLines(details, stdoutView(mode)).join('\n'));
}
