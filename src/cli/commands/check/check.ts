import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { McpaError } from '../../../core/index.js';
import type { ReplayVerdict, RunHistory } from '../../../worker/index.js';
import { paint } from '../../render/paint.js';
import { oneLine } from '../../render/width.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { outputMode, printJson, printResult } from '../../terminal.js';
import { parseCount } from '../look/parse-count.js';

export interface CheckFlags extends GlobalFlags {
  open?: boolean;
  recent?: string;
  workflow?: string;
}

/** Replays histories on today's workflows; ends with 1 when one doesn't fit. */
export async function checkCommand(files: string[], flags: CheckFlags): Promise<void> {
  const mode = outputMode();
  const recent = flags.recent === undefined ? undefined : parseCount(flags.recent, '--recent');
  if (files.length > 0 && (flags.open || recent !== undefined || flags.workflow !== undefined)) {
    throw new McpaError('USAGE', 'history files and runs of the engine are two different questions', {
      hint: 'give files, or --open, --recent and --workflow, and not both',
    });
  }
  const { config } = await loadSettings(flags, { project: true });
  const { bundleProject, readHistory, replayRuns } = await import('../../../worker/index.js');
  // All of them first: a wrong file is told before any is replayed.
  const given = files.map((file) => readHistory(textOf(file), file));
  const bundle = await bundleProject(config);
  const verdicts: ReplayVerdict[] = [];
  const check = async (runs: AsyncIterable<RunHistory> | Iterable<RunHistory>) => {
    for await (const verdict of replayRuns(runs, { config, bundle })) verdicts.push(verdict);
  };
  if (files.length > 0) await check(given);
  else {
    const { connect } = await import('../../../client/index.js');
    await using app = await connect({ config });
    const { open, workflow } = flags;
    await check(
      app.histories({
        ...(open === undefined ? {} : { open }),
        ...(recent === undefined ? {} : { recent }),
        ...(workflow === undefined ? {} : { workflow }),
      }),
    );
  }
  const differing = verdicts.filter(({ fits }) => !fits);
  if (differing.length > 0) process.exitCode = 1;
  if (mode.json) {
    const fit = verdicts.length - differing.length;
    return printJson({ checked: verdicts.length, fit, differ: differing.length, runs: verdicts });
  }
  const color = paint(mode.color);
  for (const { workflow, workflowId, difference } of differing) {
    printResult(
      `${color.red('✗')} ${oneLine(`${workflow} ${workflowId}: ${difference?.message ?? 'does not fit'}`)}`,
    );
  }
  printResult(summaryOf(verdicts.length, differing.length));
}

function summaryOf(checked: number, differing: number): string {
  if (checked === 0) return 'no runs to check';
  if (differing === 0) return checked === 1 ? 'the run fits' : `all ${checked} runs fit`;
  const which =
    checked === 1 ? 'the run does' : `${differing} of ${checked} runs ${differing === 1 ? 'does' : 'do'}`;
  return `${which} not fit: a worker with this code would block ${differing === 1 ? 'it' : 'them'}`;
}

function textOf(file: string): string {
  try {
    return readFileSync(resolve(file), 'utf8');
  } catch (error) {
    throw new McpaError('HISTORY_INVALID', `${file} can't be read: ${(error as Error).message}`, {
      hint: 'give a file that exists; `mcpa check` alone takes the runs of the engine',
      cause: error,
    });
  }
}
