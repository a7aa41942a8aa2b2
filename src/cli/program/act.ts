import type { Command } from 'commander';
import { command, flagsOf } from './declare.js';

/** Commands that act on runs. */
export function actCommands(program: Command): void {
  batch(input(command(program, 'signal <signal> [id]', 'send a signal to a run'))).action(
    async (signal, id, _, self) =>
      (await import('../commands/act/signal.js')).signalCommand(signal, id, flagsOf(self)),
  );
  input(command(program, 'query <query> [id]', 'ask a run, and print its answer'))
    .option('--timeout <time>', 'how long to wait for the answer (default: 10s)')
    .action(async (query, id, _, self) =>
      (await import('../commands/act/query.js')).queryCommand(query, id, flagsOf(self)),
    );
  input(command(program, 'update <update> [id]', 'send an update, and print its result'))
    .option('--timeout <time>', 'stop waiting for the result after this long; the update goes on')
    .action(async (update, id, _, self) =>
      (await import('../commands/act/update.js')).updateCommand(update, id, flagsOf(self)),
    );
  batch(command(program, 'pause [id]', 'start nothing new in a run; says when it is paused'))
    .option('--reason <text>', 'why, for the record')
    .option('--no-children', 'leave its child runs alone; without it they are paused too')
    .option('--timeout <time>', 'how long to wait for what is in flight (default: 30s)')
    .action(async (id, _, self) =>
      (await import('../commands/act/pause.js')).pauseCommand(id, flagsOf(self)),
    );
  batch(command(program, 'resume [id]', 'let a paused run go on, and the child runs paused with it'))
    .option('--no-children', 'leave its child runs as they are')
    .option('--timeout <time>', 'how long to wait for a worker (default: 30s)')
    .action(async (id, _, self) =>
      (await import('../commands/act/pause.js')).resumeCommand(id, flagsOf(self)),
    );
  batch(command(program, 'cancel [id]', 'cancel a run, and say what became of it'))
    .option('--timeout <time>', 'how long to wait for its end (default: 30s)')
    .action(async (id, _, self) =>
      (await import('../commands/act/cancel.js')).cancelCommand(id, flagsOf(self)),
    );
  batch(command(program, 'terminate [id]', 'end a run at once; its code cannot clean up'))
    .option('--reason <text>', 'why, for the record')
    .action(async (id, _, self) =>
      (await import('../commands/act/cancel.js')).terminateCommand(id, flagsOf(self)),
    );
  command(program, 'retry <id>', 'a failed run again, from before the failing step')
    .option('--follow', 'follow it to its result')
    .option('--timeout <time>', 'with --follow: stop following after this long; the run goes on')
    .option('--reason <text>', 'why, for the record')
    .action(async (id, _, self) =>
      (await import('../commands/act/retry.js')).retryCommand(id, flagsOf(self)),
    );
}

function batch(each: Command): Command {
  return each
    .option('--query <filter>', "every open run that a filter in Temporal's language finds")
    .option('--yes', 'with --query: do not ask');
}

function input(each: Command): Command {
  return each
    .option('--input <json|text>', 'the argument; text that starts with {, [ or " is read as JSON')
    .option('--input-file <file>', 'read the argument from a file, or from stdin with -')
    .option('--args <json>', 'several arguments, as a JSON array')
    .option('--string', 'pass the argument as text, whatever it starts with');
}
