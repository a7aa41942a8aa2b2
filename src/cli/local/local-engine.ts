import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/index.js';
import { McpaError } from '../../core/index.js';
import type { EngineProgress } from '../../engine/index.js';
import { note, type OutputMode } from '../terminal.js';

export interface EngineInUse extends AsyncDisposable {
  /** The configuration, with the address that answers. */
  config: Config;
  uiUrl?: string;
  started: boolean;
}

/** What `mcpa` adds to an engine that it starts, so that runs can be listed by what they wait for. */
export const SEARCH_ATTRIBUTES = { McpaState: 'KeywordList' };

/** The engine at the configured address, or the project's own, started when there is none. */
export async function useEngine(
  config: Config,
  mode: OutputMode,
  signal?: AbortSignal,
): Promise<EngineInUse> {
  const { answers, engineStatus, findEngine, shareEngine } = await import('../../engine/index.js');
  const { address, tls, api_key: apiKey } = config.temporal;
  const ours = await engineStatus(config.projectDir);
  const secured = { ...(tls !== undefined && { tls }), ...(apiKey !== undefined && { apiKey }) };
  // The lock says that a neighbour starts the engine right now: share it, so that it outlives the neighbour.
  const starting = existsSync(join(config.projectDir, '.mcpa', 'engine.lock'));
  if (!ours.running && !starting && (await answers(address, secured))) {
    return { config, started: false, async [Symbol.asyncDispose]() {} };
  }
  const port = localPort(address);
  if (port === undefined) {
    throw new McpaError(
      'ENGINE_UNREACHABLE',
      `no Temporal server answers at ${address}, and mcpa starts one on this machine only`,
      {
        hint: 'start that server, or set temporal.host to localhost',
      },
    );
  }
  const onProgress = progressNotes(mode);
  const { path } = config.engine;
  const engine = await shareEngine({
    projectDir: config.projectDir,
    port,
    namespace: [config.temporal.namespace],
    searchAttributes: SEARCH_ATTRIBUTES,
    onProgress,
    ...(signal && { signal }),
    binary: () => findEngine({ onProgress, ...(path !== undefined && { path }), ...(signal && { signal }) }),
  });
  return {
    config: withAddress(config, engine.address),
    started: engine.started,
    ...(engine.uiUrl && { uiUrl: engine.uiUrl }),
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}

export function withAddress(config: Config, address: string): Config {
  return { ...config, temporal: { ...config.temporal, address } };
}

/** The port of an address on this machine; undefined elsewhere. */
export function localPort(address: string): number | undefined {
  const match = /^(localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0):(\d+)$/.exec(address);
  return match ? Number(match[2]) : undefined;
}

/** Each message once: the engine repeats them so that a long build doesn't look dead. */
export function progressNotes(mode: OutputMode): (event: EngineProgress) => void {
  let last = '';
  return (event) => {
    if (event.message === last) return;
    last = event.message;
    note(mode, event.message);
  };
}
