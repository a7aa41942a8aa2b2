import type { Command } from 'commander';
import { command, flagsOf } from './declare.js';

/** Commands for people whom runs wait for. */
export function humanCommands(program: Command): void {
  command(program, 'inbox', 'everything that waits for a human, over all runs')
    .option('--query <query>', "narrow the runs, in Temporal's list language")
    .option('-w, --watch', 'keep looking; ring when a question comes')
    .action(async (_, self) => (await import('../commands/look/inbox.js')).inboxCommand(flagsOf(self)));
  command(program, 'answer [id]', 'answer a question of a run; on a terminal it asks')
    .option('--question <id>', 'which question, where the run has several (q1, q2, …)')
    .option('--text <text>', 'the answer')
    .option('--choice <choice>', 'one of the choices of the question')
    .option('--approve', 'approve the tool call, or that the model answers a tool')
    .option('--refuse', 'refuse it; the model is told')
    .option('--reason <text>', 'with --refuse: why, for the model')
    .option('--arguments <json>', 'with --approve: call the tool with these instead')
    .option('--input <json>', "a tool's form, filled in: a JSON object")
    .option('--input-file <file>', 'read the form from a file, or from stdin with -')
    .option('--done', 'the page that a tool wants visited was visited')
    .option('--decline', 'say no to what a tool asks; it is told')
    .option('--cancel', 'answer neither yes nor no to what a tool asks')
    .action(async (id, _, self) =>
      (await import('../commands/act/answer.js')).answerCommand(id, flagsOf(self)),
    );
}
