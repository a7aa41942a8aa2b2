import type { Command } from 'commander';

/** A flag given before the command's name counts as well. */
// biome-ignore lint/suspicious/noExplicitAny: commander types its options so; each command names its own type
export function flagsOf(self: Command): any {
  return self.optsWithGlobals();
}

/** A command with its one-line summary. */
export function command(
  parent: Command,
  usage: string,
  summary: string,
  options: { isDefault?: boolean } = {},
): Command {
  return parent.command(usage, options).description(summary);
}
