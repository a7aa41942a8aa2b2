import { type Config, requireTemporal } from '../../../config/index.js';
import { McpaError } from '../../../core/index.js';
import type { HttpOptions, ServedProject } from '../../../serve/index.js';
import { interruptedEarly } from '../../interrupted.js';
import { portError } from '../../listen/ports.js';
import { readToken } from '../../listen/read-token.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { interruption, masked, note, type OutputMode, outputMode, printJson } from '../../terminal.js';
import { packageVersion } from '../../version.js';
import { portOf } from '../project/worker.js';

export interface ServeFlags extends GlobalFlags {
  local?: boolean;
  http?: boolean;
  host?: string;
  port?: string;
  tokenFile?: string;
  origin?: string[];
}

const PORT = 8235;

/** Serves the project's workflows as MCP tools: to one client until it hangs up, or over HTTP until Ctrl-C. */
export async function serveCommand(flags: ServeFlags): Promise<void> {
  const mode = outputMode();
  const http = httpOptions(flags);
  if (http) (await import('../../../serve/index.js')).requireToken(http.host, http.token);
  const { protocolStdout } = await import('../../listen/protocol-stdout.js');
  // From here on: what the project's files or a library print must not stand between messages.
  const output = http ? undefined : protocolStdout();
  const { config } = await loadSettings(flags, { project: true });
  requireTemporal(config);
  const { describeWorkflows } = await import('../../../worker/bundle/signature/describe-workflows.js');
  const sources = { projectDir: config.projectDir, patterns: config.workflows };
  for (const { name, unread } of await describeWorkflows(sources))
    if (unread !== undefined) note(mode, `warning: ${name}: ${unread}`);

  using interrupt = interruption();
  await using local = flags.local
    ? await (await import('../../local/local.js')).startLocal(config, mode, interrupt)
    : undefined;
  const { connect } = await import('../../../client/index.js');
  await using app = await interrupt.race(connect({ config: local?.config ?? config }), interruptedEarly);
  const { serveOverStdio, stateKeyOf } = await import('../../../serve/index.js');
  const log = (message: string) => note(mode, message);
  const project: ServedProject = {
    app,
    workflows: () => describeWorkflows(sources),
    version: packageVersion(),
    stateKey: stateKeyOf(config.projectDir, log),
    log,
    mask: masked,
    closing: interrupt.signal,
  };
  // Awaited here: what `using` holds must outlive it.
  if (http) return await serveHttp(project, http, mode, interrupt.signal);
  note(mode, `ready: ${served(config)} over stdio`);
  if (output) await serveOverStdio(project, { input: process.stdin, output, signal: interrupt.signal });
}

async function serveHttp(
  project: ServedProject,
  options: HttpOptions,
  mode: OutputMode,
  signal: AbortSignal,
): Promise<void> {
  const { serveOverHttp } = await import('../../../serve/index.js');
  await using serving = await serveOverHttp(project, options).catch((error: unknown) => {
    throw portError(error, options.port, '--port');
  });
  if (mode.json) printJson({ type: 'ready', url: serving.url, token: options.token !== undefined });
  else note(mode, `ready ${serving.url}: ${served(project.app.config)}`);
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}

/** Undefined: over stdio. */
function httpOptions(flags: ServeFlags): HttpOptions | undefined {
  const { http, host, tokenFile } = flags;
  const port = portOf(flags.port, '--port', 0);
  const origins = (flags.origin ?? []).map(hostnameOf);
  if (!http) {
    const given = Object.entries({
      '--host': host,
      '--port': port,
      '--token-file': tokenFile,
      '--origin': origins[0],
    });
    const [wrong] = given.find(([, value]) => value !== undefined) ?? [];
    if (wrong === undefined) return undefined;
    throw new McpaError('USAGE', `${wrong} is for --http`, { hint: 'add --http, or leave it out' });
  }
  const token = tokenFile === undefined ? process.env.MCPA_SERVE_TOKEN : readToken(tokenFile);
  if (tokenFile === undefined && token !== undefined && token.length < 16) {
    throw new McpaError('USAGE', 'MCPA_SERVE_TOKEN is too short', { hint: 'sixteen characters or more' });
  }
  return {
    port: port ?? PORT,
    origins,
    ...(host !== undefined && { host }),
    ...(token !== undefined && { token }),
  };
}

function hostnameOf(text: string): string {
  const name = URL.canParse(text) ? new URL(text).hostname : '';
  if (name !== '') return name;
  throw new McpaError('USAGE', `--origin: "${text}" is no origin`, {
    hint: 'the address of the page, for example --origin https://chat.example.com',
  });
}

function served({ projectDir, temporal }: Config): string {
  return `the workflows of ${projectDir} (task queue ${temporal.task_queue})`;
}
