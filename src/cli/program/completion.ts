import type { Command } from 'commander';
import { command } from './declare.js';

/** What shells need to complete mcpa's commands. */
export function completionCommands(program: Command): void {
  command(program, 'completion <shell>', 'print the completion script for bash, zsh or fish').action(
    async (shell) => (await import('../commands/project/completion.js')).completionCommand(shell),
  );
  program
    .command('__complete [words...]', { hidden: true })
    .helpOption(false)
    .allowUnknownOption()
    .action(async (words: string[]) =>
      (await import('../commands/project/completion.js')).completeCommand(program, words),
    );
}
