import { delimiter } from 'node:path';
import type { Client, ClientOptions, ConnectOptions, Transport } from '@modelcontextprotocol/client';
import type { McpServerConfig } from '../../../config/types.js';
import { abortable } from '../abortable.js';
import { CallsUnderWay } from '../asks/calls-under-way.js';
import { asksOf, samplingOf } from '../asks/policy.js';
import { refusedCaller } from '../auth/refused.js';
import { ServerTokens } from '../auth/server-tokens.js';
import type { TokensInUse } from '../auth/tokens-in-use.js';
import { describe, httpStatus, McpCallError } from '../errors.js';
import { isFolder, resolveCommand } from '../stdio/command.js';
import { serverEnvironment } from '../stdio/environment.js';
import type { Reaper } from '../stdio/reaper.js';
import { StdioTransport } from '../stdio/transport.js';
import { tasksOf } from '../tasks/policy.js';
import { passTaskHandles, TASKS_EXTENSION } from '../tasks/task-handles.js';
import type { PoolLog } from '../types.js';
import { cappedFetch } from './capped-fetch.js';
import { rootsOf } from './roots.js';
import { watchSends } from './send-watch.js';
import type { Era, Verdicts } from './verdicts.js';

type Sdk = typeof import('@modelcontextprotocol/client');

const MODERN = '2026-07-28';
const CONNECT_TIMEOUT_S = 30;
/** A server that swallows the probe is taken for a 2025-era one after this long. */
const PROBE_TIMEOUT_MS = 10_000;

export interface ConnectContext {
  log: PoolLog;
  verdicts: Verdicts;
  reaper: Reaper;
  /** Aborts when the pool closes: a start in progress must not hold up the worker's end. */
  closing: AbortSignal;
  inUse: TokensInUse;
  clientInfo: { name: string; version: string };
  projectDir: string;
}

export interface Connected {
  client: Client;
  transport: Transport;
  calls: CallsUnderWay;
}

/** Starts or reaches a server and settles on an era: the configured one, the remembered one, or by a probe. */
export async function connect(
  name: string,
  config: McpServerConfig,
  context: ConnectContext,
): Promise<Connected> {
  const sdk = await import('@modelcontextprotocol/client');
  const fixed = fixedEra(config);
  if (fixed !== undefined) return open(sdk, name, config, context, fixed);

  const remembered = context.verdicts.get(config);
  if (remembered !== undefined) {
    try {
      return await open(sdk, name, config, context, remembered);
    } catch (error) {
      if (
        error instanceof McpCallError &&
        (error.kind === 'command_not_found' || error.kind === 'unauthorized')
      )
        throw error;
      // The server may have changed under the verdict: ask again before giving up.
      context.verdicts.forget(config);
      context.log('debug', `MCP server ${name}: remembered protocol era failed, probing`, {
        error: describe(error),
      });
    }
  }
  const connected = await probe(sdk, name, config, context);
  context.verdicts.set(config, connected.client.getProtocolEra() === 'modern' ? 'modern' : 'legacy');
  return connected;
}

async function probe(
  sdk: Sdk,
  name: string,
  config: McpServerConfig,
  context: ConnectContext,
): Promise<Connected> {
  try {
    return await open(sdk, name, config, context, 'auto');
  } catch (error) {
    // Some 2025-era servers exit on any request before `initialize`: they get a process without a probe.
    const died =
      config.transport === 'stdio' && error instanceof McpCallError && error.kind === 'unavailable';
    if (!died) throw error;
    return open(sdk, name, config, context, 'legacy');
  }
}

async function open(
  sdk: Sdk,
  name: string,
  config: McpServerConfig,
  context: ConnectContext,
  era: Era | 'auto',
): Promise<Connected> {
  if (context.closing.aborted) throw new McpCallError('unavailable', name, String(context.closing.reason));
  const transport = createTransport(sdk, name, config, context);
  const timeout = (config.connect_timeout_seconds ?? CONNECT_TIMEOUT_S) * 1000;
  const asks = asksOf(config);
  const sampling = samplingOf(config);
  const options: ClientOptions = {
    capabilities: {
      ...(config.roots.length > 0 ? { roots: {} } : {}),
      ...(asks === undefined ? {} : { elicitation: { form: {}, url: {} } }),
      ...(sampling === undefined ? {} : { sampling: {} }),
      ...(tasksOf(config) === undefined || era === 'legacy' ? {} : { extensions: { [TASKS_EXTENSION]: {} } }),
    },
    // The run asks, however long it takes: the client must end the call and hand the questions out.
    inputRequired: { maxRounds: 0 },
  };
  const connectOptions: ConnectOptions = { timeout };
  if (era === 'legacy') connectOptions.prior = { kind: 'legacy' };
  // The pin still asks `server/discover`, one round trip like `initialize`: its capabilities are never stale.
  else if (era === 'modern')
    options.versionNegotiation = { mode: { pin: MODERN }, probe: { timeoutMs: timeout } };
  else
    options.versionNegotiation = {
      mode: 'auto',
      probe: { timeoutMs: Math.min(PROBE_TIMEOUT_MS, timeout / 2) },
    };

  const client = new sdk.Client(context.clientInfo, options);
  if (config.roots.length > 0) client.setRequestHandler('roots/list', () => ({ roots: rootsOf(config) }));
  const calls = new CallsUnderWay();
  if (asks !== undefined) calls.handle(client);
  if (sampling !== undefined) calls.handleSampling(client);
  client.onerror = (error) =>
    context.log('debug', `MCP server ${name}: ${describe(error)}`, { server: name });
  const stop = (): void => void transport.close().catch(() => {});
  context.closing.addEventListener('abort', stop, { once: true });
  try {
    await abortable(client.connect(transport, connectOptions), context.closing);
    return { client, transport, calls };
  } catch (error) {
    await Promise.allSettled([client.close(), transport.close()]);
    throw unavailable(name, config, transport, error, timeout);
  } finally {
    context.closing.removeEventListener('abort', stop);
  }
}

function createTransport(
  sdk: Sdk,
  name: string,
  config: McpServerConfig,
  context: ConnectContext,
): Transport {
  const transport =
    config.transport === 'stdio'
      ? stdioTransport(sdk, name, config, context)
      : httpTransport(sdk, name, config, context);
  passTaskHandles(transport);
  watchSends(transport, config.transport === 'stdio' ? 'written' : 'begun');
  return transport;
}

function stdioTransport(
  sdk: Sdk,
  name: string,
  config: McpServerConfig,
  context: ConnectContext,
): StdioTransport {
  if (config.command === undefined)
    throw new McpCallError('unavailable', name, `MCP server ${name} has no command`);
  if (!isFolder(config.cwd)) {
    const message = `MCP server ${name}: its folder ${config.cwd} does not exist`;
    throw new McpCallError('unavailable', name, message, { hint: `create it, or set cwd of ${name}` });
  }
  const path = [config.env.PATH, process.env.PATH].filter(Boolean).join(delimiter);
  const { path: command, binFolders } = resolveCommand(
    name,
    config.command,
    [config.cwd, context.projectDir],
    path,
  );
  const server = {
    command,
    args: config.args,
    env: serverEnvironment(config.env, binFolders),
    cwd: config.cwd,
  };
  return new StdioTransport(server, sdk, context.reaper, (stream, line) => {
    if (stream === 'stderr') context.log('info', `[${name}] ${line}`, { server: name, stream });
    else {
      const text = `MCP server ${name} writes to stdout what is no message: ${line.slice(0, 200)}`;
      context.log('warning', text, { server: name, stream });
    }
  });
}

function httpTransport(sdk: Sdk, name: string, config: McpServerConfig, context: ConnectContext): Transport {
  if (config.url === undefined) throw new McpCallError('unavailable', name, `MCP server ${name} has no url`);
  const tokens = ServerTokens.serve(config) ? new ServerTokens(config, context.inUse) : undefined;
  const init = {
    requestInit: { headers: config.headers },
    fetch: tokens?.remembering(cappedFetch) ?? cappedFetch,
    ...(tokens === undefined ? {} : { authProvider: tokens }),
  };
  if (config.transport === 'sse') return new sdk.SSEClientTransport(new URL(config.url), init);
  return new sdk.StreamableHTTPClientTransport(new URL(config.url), {
    ...init,
    onInsufficientScope: 'throw',
  });
}

function fixedEra(config: McpServerConfig): Era | undefined {
  // HTTP+SSE never learned the new era.
  if (config.transport === 'sse' || config.protocol === '2025') return 'legacy';
  // Over HTTP the new era has no sessions.
  if (config.session === 'stateful' && config.url !== undefined) return 'legacy';
  return config.protocol === '2026' ? 'modern' : undefined;
}

function unavailable(
  name: string,
  config: McpServerConfig,
  transport: Transport,
  error: unknown,
  timeout: number,
): Error {
  if (error instanceof McpCallError) return error;
  const refused = refusedCaller(name, config, error);
  if (refused?.kind === 'unauthorized') return refused;
  let why = describe(error);
  if ((error as { code?: unknown }).code === 'REQUEST_TIMEOUT') why = `no answer within ${timeout / 1000} s`;
  let hint = config.url === undefined ? undefined : `is a server running at ${config.url}?`;
  const status = httpStatus(error);
  if (status === 403) hint = `set the credentials under headers of ${name}`;
  if (transport instanceof StdioTransport) {
    const command = [config.command, ...config.args].join(' ');
    if (transport.ending !== undefined) why = `${command} ${transport.ending}`;
    if (transport.lastLines.length > 0) why += `; its last lines:\n${transport.lastLines.join('\n')}`;
    hint = `run it by hand: cd ${config.cwd} && ${command}`;
  }
  const options = { cause: error, ...(hint === undefined ? {} : { hint }) };
  return new McpCallError(
    'unavailable',
    name,
    `MCP server ${name} could not be started or reached: ${why}`,
    options,
  );
}
