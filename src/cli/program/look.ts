import type { Command } from 'commander';
import { command, flagsOf } from './declare.js';

const collect = (value: string, before: string[] = []) => [...before, ...value.split(',')];

const STATUSES =
  'one or several of running, paused, human, auth, blocked, completed, failed, cancelled, terminated, timed_out, continued, open, closed';

const LIST = [
  'Runs of the namespace: status, age, turns, tokens, cost, what they wait for.',
  'The whole namespace is listed; --task-queue narrows it to a queue.',
  'Numbers with ~ are as of the last record of an open run; describe has exact ones.',
  "A run's numbers are its own: its children are runs too.",
].join('\n');

/** Commands that look at runs and change nothing. */
export function lookCommands(program: Command): void {
  command(program, 'list', LIST)
    .summary('runs of the namespace: status, age, turns, tokens, cost, what they wait for')
    .option('--status <status>', STATUSES, collect)
    .option('--workflow <name>', 'runs of this workflow')
    .option('--since <time>', 'started within this time (2h, 3d), or since a date (ISO 8601)')
    .option('--sort <key>', 'largest first: cost, age, turns or tokens (of the runs read)')
    .option('--limit <n>', 'runs to read (default: 50)')
    .option('--query <query>', "narrow further, in Temporal's list language")
    .option('-w, --watch', 'redraw until Ctrl-C')
    .action(async (_, self) => (await import('../commands/look/list.js')).listCommand(flagsOf(self)));
  command(program, 'describe [id]', 'one run: sums by agent, cause of a failure, what is pending')
    .option('-r, --run-id <id>', 'a run of the id other than the newest')
    .action(async (id, _, self) =>
      (await import('../commands/look/describe.js')).describeCommand(id, flagsOf(self)),
    );
  command(program, 'messages [id]', 'the conversations of a run as the models saw them')
    .option('--agent <name>', 'only this agent')
    .option('--turn <n>', 'up to the answer of this turn')
    .option('--full', 'tool results whole')
    .option('-r, --run-id <id>', 'a run of the id other than the newest')
    .action(async (id, _, self) =>
      (await import('../commands/look/messages.js')).messagesCommand(id, flagsOf(self)),
    );
}
