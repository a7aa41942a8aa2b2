import { Command } from 'commander';
import { nearest } from '../config/problems.js';
import { McpaError } from '../core/errors.js';
import { actCommands } from './program/act.js';
import { completionCommands } from './program/completion.js';
import { flagsOf } from './program/declare.js';
import { followCommands } from './program/follow.js';
import { addGlobals } from './program/globals.js';
import { humanCommands } from './program/human.js';
import { lookCommands } from './program/look.js';
import { mcpCommands } from './program/mcp.js';
import { projectCommands } from './program/project.js';
import { runCommands } from './program/runs.js';

/** Every command on one screen. Each imports its own module when it is chosen, so that help stays light. */
export function buildProgram(): Command {
  const program = new Command('mcpa')
    .description(
      'Run durable agent workflows on Temporal, with MCP servers for tools and an LLM for thought.',
    )
    .option('--version', 'print the version; with --json, also that of the project')
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError();

  projectCommands(program);
  runCommands(program);
  followCommands(program);
  actCommands(program);
  completionCommands(program);
  humanCommands(program);
  lookCommands(program);
  mcpCommands(program);

  for (const each of allCommands(program)) if (each.commands.length === 0) addGlobals(each);
  // For `mcpa --version --json`; the commands have their own.
  program.option('--json', 'machine-readable output');
  program.allowExcessArguments().action(async (_, self: Command) => {
    if (self.opts().version)
      return (await import('./commands/project/version.js')).versionCommand(flagsOf(self));
    if (self.args.length > 0) throw unknownCommand(program, self.args[0] ?? '');
    self.outputHelp();
  });
  return program;
}

function allCommands(parent: Command): Command[] {
  return parent.commands.flatMap((child) => [child, ...allCommands(child)]);
}

function unknownCommand(program: Command, given: string): McpaError {
  const names = program.commands.map((each) => each.name()).filter((name) => !name.startsWith('_'));
  const near = nearest(given, names);
  const hint = near
    ? `did you mean \`mcpa ${near}\`? \`mcpa --help\` lists all`
    : `commands: ${names.join(', ')}`;
  return new McpaError('USAGE', `unknown command "${given}"`, { hint });
}
