import { Command, type CommandOptions } from 'commander';
import { packageVersion } from './version.js';

/** Every command on one screen. Each imports its own module when it is chosen, so that help stays light. */
export function buildProgram(): Command {
  const program = new Command('mcpa');
  program
    .description('Run durable agent workflows on Temporal, with MCP servers for tools and an LLM for thought.')
    .option('--version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError();

  add(program, 'run <workflow> [input]', 'start a run and follow it; the result goes to stdout')
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
    .action(async (workflow, input, _, command) =>
      (await import('./commands/run.js')).runCommand(workflow, input, command.optsWithGlobals()),
    );
  add(program, 'worker', 'run a worker for this project')
    .option('--health-port <port>', 'serve /live and /ready over HTTP')
    .option('--metrics-port <port>', 'serve metrics for Prometheus')
    .action(async (_, command) => (await import('./commands/worker.js')).workerCommand(command.optsWithGlobals()));

  program.action(async (_, command) => {
    const flags = command.optsWithGlobals();
    if (flags.version) return (await import('./commands/version.js')).versionCommand(flags);
    command.outputHelp();
  });
  return program;
}

/** A command with the flags that each of them takes, named as the `temporal` command names them. */
function add(parent: Command, usage: string, summary: string, options: CommandOptions = {}): Command {
  return globals(parent.command(usage, options).description(summary).showSuggestionAfterError());
}

function globals(command: Command): Command {
  return command
    .optionsGroup('Connection and output:')
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
    .option('--json', 'machine-readable output')
    .option('-q, --quiet', 'results and errors only')
    .option('--verbose', 'more detail')
    .option('--no-color', 'no colour')
    .optionsGroup('Options:');
}
