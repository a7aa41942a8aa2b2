import type { Command } from 'commander';

/** Named as the `temporal` command names them. */
export function addGlobals(each: Command): void {
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
