import type { Command } from 'commander';
import { command, flagsOf } from './declare.js';

/** Commands that start a run or follow one to its end. */
export function runCommands(program: Command): void {
  command(program, 'run <workflow> [input]', 'start a run and follow it; the result goes to stdout')
    .option('--input <json|text>', 'the input; text that starts with {, [ or " is read as JSON')
    .option('--input-file <file>', 'read the input from a file, or from stdin with -')
    .option('--args <json>', 'several arguments, as a JSON array')
    .option('--string', 'pass the input as text, whatever it starts with')
    .option('-d, --detach', 'print the id and leave')
    .option('--id <id>', 'workflow id of the run')
    .option('--timeout <time>', 'stop following after this long (90s, 5m); the run goes on')
    .option('--until-blocked', 'end with status 6 when the run waits for a person: an answer, a key, credit')
    .option('--require-worker', 'end with status 3 when no worker polls')
    .option('--local', 'bring up engine and worker for this command where they are missing')
    .action(async (workflow, input, _, self) =>
      (await import('../commands/follow/run.js')).runCommand(workflow, input, flagsOf(self)),
    );
  command(program, 'wait [id]', 'follow a run to its result')
    .option('--timeout <time>', 'stop following after this long; the run goes on')
    .option('--until-blocked', 'end with status 6 when the run waits for a person: an answer, a key, credit')
    .action(async (id, _, self) =>
      (await import('../commands/follow/wait.js')).waitCommand(id, flagsOf(self)),
    );
  command(program, 'result [id]', 'print the result of a run that has ended').action(async (id, _, self) =>
    (await import('../commands/follow/result.js')).resultCommand(id, flagsOf(self)),
  );
}
