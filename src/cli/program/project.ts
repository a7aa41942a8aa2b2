import type { Command } from 'commander';
import { command, flagsOf } from './declare.js';

const several = (value: string, before: string[] = []) => [...before, value];

/** Commands that need a project, and those that look after its surroundings. */
export function projectCommands(program: Command): void {
  command(program, 'init [dir]', 'make a project that runs with no key')
    .option('--template <name>', 'template to copy (default: basic)')
    .option(
      '--from <folder>',
      'take an mcp-agent project (Python) over: its config, and stubs of its workflows',
    )
    .option('--list', 'list the templates')
    .option('--force', 'overwrite files that exist')
    .option('--no-install', 'leave the dependencies to you')
    .action(async (dir, _, self) =>
      (await import('../commands/project/init.js')).initCommand(dir, flagsOf(self)),
    );
  command(program, 'dev', 'engine, worker, watch and reload in one terminal')
    .option('--force', 'load edits that open runs do not fit, too; they are blocked by it')
    .action(async (_, self) => (await import('../commands/project/dev.js')).devCommand(flagsOf(self)));
  command(program, 'worker', 'run a worker for this project')
    .option('--health-port <port>', 'serve /live and /ready over HTTP')
    .option('--metrics-port <port>', 'serve metrics for Prometheus')
    .action(async (_, self) => (await import('../commands/project/worker.js')).workerCommand(flagsOf(self)));

  command(program, 'serve', 'the workflows as MCP tools, for Claude Code and other clients')
    .option(
      '--http',
      'over streamable HTTP, for several clients; without it over stdio, for the one that starts it',
    )
    .option('--host <address>', 'address to listen on (default: 127.0.0.1); any other one wants a token')
    .option('--port <port>', 'port (default: 8235; 0: a free one)')
    .option(
      '--token-file <file>',
      'read the token from this file, or write one there; or set MCPA_SERVE_TOKEN',
    )
    .option('--origin <url>', 'address of a web page that may ask; several times for several', several)
    .option('--local', 'bring up engine and worker for this command where they are missing')
    .action(async (_, self) => (await import('../commands/serve/serve.js')).serveCommand(flagsOf(self)));

  command(program, 'codec', 'decrypt for the Web UI and for the temporal command')
    .option('--port <port>', 'port on this machine (default: 8234; 0: a free one)')
    .option('--origin <url>', 'address of a Web UI that may ask; several times for several', several)
    .option('--token-file <file>', 'read the token from this file, or write one there')
    .action(async (_, self) => (await import('../commands/project/codec.js')).codecCommand(flagsOf(self)));

  command(
    program,
    'check [files...]',
    'replay open and recent runs, or history files, on the workflows as they are now',
  )
    .option('--open', 'only runs that are open')
    .option('--recent <n>', 'only the n runs that ended last; with --open, these too')
    .option('--workflow <type>', 'only runs of this workflow')
    .action(async (files, _, self) =>
      (await import('../commands/check/check.js')).checkCommand(files, flagsOf(self)),
    );

  const server = command(program, 'server', 'the local engine alone');
  command(server, 'start', 'run it in this terminal (default)', { isDefault: true })
    .option('--port <port>', 'port (default: that of temporal.port)')
    .option('--ui-port <port>', 'port of the Web UI')
    .action(async (_, self) => (await import('../commands/project/server.js')).serverStart(flagsOf(self)));
  command(server, 'install', 'fetch or build it now').action(async (_, self) =>
    (await import('../commands/project/server.js')).serverInstall(flagsOf(self)),
  );
  command(server, 'status', 'whose it is, ports, database').action(async (_, self) =>
    (await import('../commands/project/server.js')).serverStatus(flagsOf(self)),
  );

  command(program, 'doctor', 'what is wrong, and how to mend it')
    .option('--fix', 'mend what mcpa itself can: add the search attribute McpaState to the namespace')
    .action(async (_, self) => (await import('../commands/project/doctor.js')).doctorCommand(flagsOf(self)));
  const config = command(program, 'config', 'the configuration');
  command(config, 'show', 'every value and where it came from, secrets masked (default)', {
    isDefault: true,
  }).action(async (_, self) => (await import('../commands/project/config.js')).configShow(flagsOf(self)));
  command(config, 'check', 'all problems at once').action(async (_, self) =>
    (await import('../commands/project/config.js')).configCheck(flagsOf(self)),
  );
  command(config, 'schema', 'the JSON Schema of the config file').action(async (_, self) =>
    (await import('../commands/project/config.js')).configSchema(flagsOf(self)),
  );
}
