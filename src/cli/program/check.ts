import type { Command } from 'commander';
import { command, flagsOf } from './declare.js';

export function checkCommands(program: Command): void {
  command(
    program,
    'check [files...]',
    'replay open and recent runs, or history files, on the workflows as they are now',
  )
    .option('--open', 'only runs that are open')
    .option('--recent <n>', 'only the n runs that ended last; with --open, these too')
    .option('--workflow <type>', 'only runs of this workflow')
    .action(async (files, _, self) =>
      (await import('../commands/check/check.js')).checkCommand(files, flagsOf(self)),
    );
}
