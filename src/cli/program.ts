import { Command } from 'commander';
import { McpaError } from '../core/errors.js';

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

  command(program, 'init [dir]', 'make a project that runs with no key')
    .option('--template <name>', 'template to copy (default: basic)')
    .option('--list', 'list the templates')
    .option('--force', 'overwrite files that exist')
    .option('--no-install', 'leave the dependencies to you')
    .action(async (dir, _, self) => (await import('./commands/init.js')).initCommand(dir, flagsOf(self)));
  command(program, 'dev', 'engine, worker, watch and reload in one terminal').action(async (_, self) =>
    (await import('./commands/dev.js')).devCommand(flagsOf(self)),
  );
  command(program, 'run <workflow> [input]', 'start a run and follow it; the result goes to stdout')
    .option('--input <json|text>', 'the input; text that starts with {, [ or " is read as JSON')
    .option('--input-file <file>', 'read the input from a file, or from stdin with -')
    .option('--args <json>', 'several arguments, as a JSON array')
    .option('--string', 'pass the input as text, whatever it starts with')
    .option('-d, --detach', 'print the id and leave')
    .option('--id <id>', 'workflow id of the run')
    .option('--timeout <time>', 'stop following after this long (90s, 5m); the run goes on')
    .option('--until-blocked', 'end with status 6 when the run waits for a human')
    .option('--require-worker', 'end with status 3 when no worker polls')
    .option('--local', 'bring up engine and worker for this command where they are missing')
    .action(async (workflow, input, _, self) =>
      (await import('./commands/run.js')).runCommand(workflow, input, flagsOf(self)),
    );
  command(program, 'wait [id]', 'follow a run to its result')
    .option('--timeout <time>', 'stop following after this long; the run goes on')
    .option('--until-blocked', 'end with status 6 when the run waits for a human')
    .action(async (id, _, self) => (await import('./commands/wait.js')).waitCommand(id, flagsOf(self)));
  command(program, 'result [id]', 'print the result of a run that has ended').action(async (id, _, self) =>
    (await import('./commands/result.js')).resultCommand(id, flagsOf(self)),
  );
  command(program, 'cancel <id>', 'cancel a run, and say what became of it')
    .option('--timeout <time>', 'how long to wait for its end (default: 30s)')
    .action(async (id, _, self) => (await import('./commands/cancel.js')).cancelCommand(id, flagsOf(self)));
  command(program, 'worker', 'run a worker for this project')
    .option('--health-port <port>', 'serve /live and /ready over HTTP')
    .option('--metrics-port <port>', 'serve metrics for Prometheus')
    .action(async (_, self) => (await import('./commands/worker.js')).workerCommand(flagsOf(self)));

  const server = command(program, 'server', 'the local engine alone');
  command(server, 'start', 'run it in this terminal (default)', { isDefault: true })
    .option('--port <port>', 'port (default: that of temporal.port)')
    .option('--ui-port <port>', 'port of the Web UI')
    .action(async (_, self) => (await import('./commands/server.js')).serverStart(flagsOf(self)));
  command(server, 'install', 'fetch or build it now').action(async (_, self) =>
    (await import('./commands/server.js')).serverInstall(flagsOf(self)),
  );
  command(server, 'status', 'whose it is, ports, database').action(async (_, self) =>
    (await import('./commands/server.js')).serverStatus(flagsOf(self)),
  );

  command(program, 'doctor', 'what is wrong, and how to mend it').action(async (_, self) =>
    (await import('./commands/doctor.js')).doctorCommand(flagsOf(self)),
  );
  const config = command(program, 'config', 'the configuration');
  command(config, 'show', 'every value and where it came from, secrets masked (default)', {
    isDefault: true,
  }).action(async (_, self) => (await import('./commands/config.js')).configShow(flagsOf(self)));
  command(config, 'check', 'all problems at once').action(async (_, self) =>
    (await import('./commands/config.js')).configCheck(flagsOf(self)),
  );
  command(config, 'schema', 'the JSON Schema of the config file').action(async (_, self) =>
    (await import('./commands/config.js')).configSchema(flagsOf(self)),
  );

  for (const each of allCommands(program)) if (each.commands.length === 0) addGlobals(each);
  // For `mcpa --version --json`; the commands have their own.
  program.option('--json', 'machine-readable output');
  program.allowExcessArguments().action(async (_, self: Command) => {
    if (self.opts().version) return (await import('./commands/version.js')).versionCommand(flagsOf(self));
    if (self.args.length > 0) throw unknownCommand(program, self.args[0] ?? '');
    self.outputHelp();
  });
  return program;
}

/** A flag given before the command's name counts as well. */
// biome-ignore lint/suspicious/noExplicitAny: commander types its options so; each command names its own type
function flagsOf(self: Command): any {
  return self.optsWithGlobals();
}

function command(
  parent: Command,
  usage: string,
  summary: string,
  options: { isDefault?: boolean } = {},
): Command {
  return parent.command(usage, options).description(summary);
}

function allCommands(parent: Command): Command[] {
  return parent.commands.flatMap((child) => [child, ...allCommands(child)]);
}

function unknownCommand(program: Command, given: string): McpaError {
  const names = program.commands.map((each) => each.name());
  const near = names.find((name) => name.startsWith(given.slice(0, 2)));
  const hint = near
    ? `did you mean \`mcpa ${near}\`? \`mcpa --help\` lists all`
    : `commands: ${names.join(', ')}`;
  return new McpaError('USAGE', `unknown command "${given}"`, { hint });
}

/** Named as the `temporal` command names them. */
function addGlobals(each: Command): void {
  each
    .optionsGroup('Connection:')
    .option('--config <file>', 'config file (default: found from here upward)')
    .option('--profile <name>', 'profile of temporal.toml')
    .option('--address <host:port>', 'Temporal server')
    .option('-n, --namespace <name>', 'namespace')
    .option('-t, --task-queue <name>', 'task queue')
    .option('--api-key <key>', 'API key of the server')
    .option('--tls', 'connect with TLS')
    .option('--tls-ca-path <file>', 'CA certificate')
    .option('--tls-cert-path <file>', 'client certificate')
    .option('--tls-key-path <file>', 'key of the client certificate')
    .option('--tls-server-name <name>', 'name expected in the server certificate')
    .optionsGroup('Output:')
    .option('--json', 'machine-readable output')
    .option('-q, --quiet', 'results and errors only')
    .option('--verbose', 'more detail')
    .option('--no-color', 'no colour');
}
