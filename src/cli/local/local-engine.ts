import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, connectionOptions } from '../../config/index.js';
import { isMcpaError, McpaError } from '../../core/index.js';
import type { EngineProgress, SharedEngine } from '../../engine/index.js';
import { interruptedEarly } from '../interrupted.js';
import { note, type OutputMode } from '../terminal.js';

export interface EngineInUse extends AsyncDisposable {
  /** The configuration, with the address that answers. */
  config: Config;
  uiUrl?: string;
  started: boolean;
  /** `dev` or `run --local` started it, and it ends with the last of them. */
  shared: boolean;
  /** Of the project's own shared engine, and of no neighbour's: its process, and how to start it again. */
  own?: { pid: number; restart: () => Promise<EngineInUse> };
}

/** What `mcpa` adds to an engine that it starts, so that runs can be listed by what they wait for. */
export const SEARCH_ATTRIBUTES = { McpaState: 'KeywordList' };

/** The engine at the configured address, or the project's own, started when there is none. */
export async function useEngine(
  config: Config,
  mode: OutputMode,
  signal?: AbortSignal,
): Promise<EngineInUse> {
  const { answers, engineStatus, joinEngine } = await import('../../engine/index.js');
  // A certificate that can't be read must not look like a dead engine.
  connectionOptions(config);
  const { address, tls, api_key: apiKey } = config.temporal;
  const port = localPort(address);
  const joinNeighbours = async () =>
    port === undefined ? undefined : joinEngine(port, signal ? { signal } : {});
  const ours = await engineStatus(config.projectDir);
  // The lock says that a neighbour starts the engine right now: share it, so that it outlives the neighbour.
  const starting = existsSync(join(config.projectDir, '.mcpa', 'engine.lock'));
  if (!ours.running && !starting) {
    const neighbours = await joinNeighbours();
    if (neighbours) return inUse(config, neighbours);
    const secured = { ...(tls !== undefined && { tls }), ...(apiKey !== undefined && { apiKey }) };
    if (await answers(address, secured))
      return { config, started: false, shared: false, async [Symbol.asyncDispose]() {} };
  }
  if (port === undefined) {
    throw new McpaError(
      'ENGINE_UNREACHABLE',
      `no Temporal server answers at ${address}, and mcpa starts one on this machine only`,
      {
        hint: 'start that server, or set temporal.host to localhost',
      },
    );
  }
  try {
    return await ownEngine(config, port, mode, signal);
  } catch (error) {
    // A project that started at the same moment has the port: its engine serves both.
    const neighbours =
      isMcpaError(error) && error.code === 'PORT_IN_USE' ? await joinNeighbours() : undefined;
    if (neighbours) return inUse(config, neighbours);
    throw signal?.aborted ? interruptedEarly() : explain(error, config, port);
  }
}

async function ownEngine(
  config: Config,
  port: number,
  mode: OutputMode,
  signal: AbortSignal | undefined,
): Promise<EngineInUse> {
  const engine = await shareOwn(config, port, mode, signal);
  const used = inUse(config, engine);
  const { pid } = engine;
  // Where it was, not where the config says: workers and people have this address.
  const restart = () => ownEngine(used.config, engine.port, mode, signal);
  return used.shared ? { ...used, own: { pid, restart } } : used;
}

async function shareOwn(
  config: Config,
  port: number,
  mode: OutputMode,
  signal: AbortSignal | undefined,
): Promise<SharedEngine> {
  const { findEngine, shareEngine } = await import('../../engine/index.js');
  const onProgress = progressNotes(mode);
  const { path } = config.engine;
  return shareEngine({
    projectDir: config.projectDir,
    port,
    namespace: [config.temporal.namespace],
    searchAttributes: SEARCH_ATTRIBUTES,
    onProgress,
    ...(signal && { signal }),
    binary: () => findEngine({ onProgress, ...(path !== undefined && { path }), ...(signal && { signal }) }),
  });
}

function inUse(config: Config, engine: SharedEngine): EngineInUse {
  return {
    config: withAddress(config, engine.address),
    started: engine.started,
    shared: engine.mode === 'shared',
    ...(engine.uiUrl && { uiUrl: engine.uiUrl }),
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}

/** The engine's errors speak of flags that only `mcpa server` has, and of files without their purpose. */
function explain(error: unknown, config: Config, port: number): unknown {
  if (isMcpaError(error)) {
    if (error.code !== 'PORT_IN_USE') return error;
    return new McpaError('PORT_IN_USE', `port ${port} is in use, and not by a Temporal server`, {
      hint: `end what listens there (lsof -i :${port}), or choose another port: temporal.port, or --address localhost:N`,
      cause: error,
    });
  }
  if (!/^E(EXIST|NOTDIR|ACCES|ROFS|NOSPC|PERM)$/.test((error as NodeJS.ErrnoException).code ?? ''))
    return error;
  const folder = join(config.projectDir, '.mcpa');
  return new McpaError('PERMISSION', `${folder} can't be written: ${(error as Error).message}`, {
    hint: 'make it a folder that you may write, with room: the local engine keeps its data there',
    cause: error,
  });
}

export function withAddress(config: Config, address: string): Config {
  return { ...config, temporal: { ...config.temporal, address } };
}

/** The port of an address on this machine; undefined elsewhere. */
export function localPort(address: string): number | undefined {
  const match = /^(localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0):(\d+)$/.exec(address);
  return match ? Number(match[2]) : undefined;
}

/** Told at once when something begins, and then ever more seldom: a build of minutes is no page of lines. */
export function progressNotes(mode: OutputMode): (event: EngineProgress) => void {
  let last: EngineProgress | undefined;
  return (event) => {
    const goesOn = last?.phase === event.phase && event.seconds > last.seconds;
    if (last && goesOn && event.seconds < Math.max(last.seconds + 10, last.seconds * 1.6)) return;
    last = event;
    note(mode, event.message);
  };
}
