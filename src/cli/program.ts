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

/** Words that ask for the options of commands which are not run. */
const ABOUT_ALL = new Set(['help', '__complete']);

/**
 * Every command on one screen. Each imports its own module when it is chosen, so that help stays light; with the
 * words of a command line, only the command that they choose gets the fifteen options that all have.
 */
export function buildProgram(words: string[] = [...ABOUT_ALL]): Command {
  const program = new Command('mcpa')
    .description(
      'Run durable agent workflows on Temporal, with MCP servers for tools and an LLM for thought.',
    )
    .option('--version', 'print the version; with --json, also that of the project')
    .exitOverride()
    .configureHelp({ subcommandTerm })
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

  const all = [program, ...allCommands(program)];
  const groups = all.filter((each) => each.commands.length > 0);
  if (words.some((word) => ABOUT_ALL.has(word))) {
    for (const each of all) if (each.commands.length === 0) addGlobals(each);
  } else {
    for (const group of groups)
      group.hook('preSubcommand', (_, chosen) => {
        if (chosen.commands.length === 0) addGlobals(chosen);
      });
  }
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

/** As commander writes it; a command that is not chosen hasn't its options yet. */
function subcommandTerm(each: Command): string {
  const options = each.commands.length === 0 && each.name() !== 'help' ? ['[options]'] : [];
  const values = each.registeredArguments.map((value) => {
    const name = value.variadic ? `${value.name()}...` : value.name();
    return value.required ? `<${name}>` : `[${name}]`;
  });
  return [each.name(), ...options, ...values].join(' ');
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
