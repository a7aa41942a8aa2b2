import type { Command } from 'commander';
import { command, flagsOf } from './declare.js';

/** Commands that show what happens in a run. */
export function followCommands(program: Command): void {
  command(program, 'tail [id]', 'follow a run live: turns, tokens, tools, questions, retries, children')
    .option('--from <cursor>', 'only what came after this `cursor` of a line of --json')
    .option('--no-follow', 'what has happened until now, without waiting for more')
    .addHelpText('after', '\nEnds with the run, and with its exit status as `mcpa wait` does.')
    .action(async (id, _, self) =>
      (await import('../commands/follow/tail.js')).tailCommand(id, flagsOf(self)),
    );
}
