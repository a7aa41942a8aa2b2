import type { Command } from 'commander';
import { McpaError } from '../../../core/errors.js';
import { complete, FILES } from '../../completion/complete.js';
import { SCRIPTS, type Shell } from '../../completion/scripts.js';
import { oneLine } from '../../render/width.js';
import { exitNow, printResult } from '../../terminal.js';

/** The script that makes a shell complete mcpa's commands. */
export function completionCommand(shell: string): void {
  if (!Object.hasOwn(SCRIPTS, shell)) {
    throw new McpaError('USAGE', `no completion for "${shell}"`, {
      hint: `one of: ${Object.keys(SCRIPTS).join(', ')}`,
    });
  }
  printResult(SCRIPTS[shell as Shell]);
}

/** What all of it may take, so that a shell never hangs on a key. */
const LIMIT_MS = 3_000;

/** Asked by those scripts: what may stand at the cursor. Silent whatever goes wrong. */
export async function completeCommand(program: Command, words: string[]): Promise<void> {
  const limit = setTimeout(() => exitNow(0), LIMIT_MS);
  const { knownValues } = await import('../../completion/known-values.js');
  const found = await complete(program, words, knownValues);
  clearTimeout(limit);
  if (found === FILES) printResult(':files');
  else if (found.length > 0) printResult(found.map(lineOf).join('\n'));
}

function lineOf({ value, text }: { value: string; text?: string }): string {
  return text ? `${oneLine(value)}\t${oneLine(text)}` : oneLine(value);
}
