import type { RunList } from '../../../client/index.js';
import { McpaError } from '../../../core/index.js';
import { runLines } from '../../render/look/runs.js';
import { stdoutView } from '../../render/look/view.js';
import { loadSettings } from '../../settings.js';
import { note, type OutputMode, outputMode, printJson, printResult } from '../../terminal.js';
import { type ListFlags, listOptions } from './list-flags.js';

/** Runs of the namespace; whatever is shown of them comes with the engine's list. */
export async function listCommand(flags: ListFlags): Promise<void> {
  const mode = outputMode();
  const options = await listOptions(flags);
  if (flags.watch && (mode.json || process.stdout.isTTY !== true)) {
    throw new McpaError('USAGE', '--watch redraws a terminal, and stdout is none', {
      hint: 'without --watch the list is printed once; `mcpa tail --json` follows a run',
    });
  }
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  if (flags.watch) {
    const { watchRuns } = await import('./watch-runs.js');
    await watchRuns(() => app.list(options), mode, config.temporal.namespace);
    return;
  }
  print(await app.list(options), mode, options.sort !== undefined);
}

function print({ runs, more }: RunList, mode: OutputMode, sorted: boolean): void {
  if (mode.json) for (const run of runs) printJson({ v: 1, ...run });
  else if (runs.length > 0) printResult(runLines(runs, stdoutView(mode)).join('\n'));
  else note(mode, 'no such run');
  const locked = runs.filter((run) => run.locked !== undefined);
  if (locked.length > 0)
    note(
      mode,
      `${locked.length} of these: ${locked[0]?.locked} (temporal.encryption.keys, MCPA_ENCRYPTION_KEYS)`,
    );
  if (!more) return;
  const which = sorted ? `sorted among the ${runs.length} newest; there are` : 'there are';
  note(mode, `${which} more runs: --limit ${runs.length * 10} reads more, --status and --since narrow`);
}
