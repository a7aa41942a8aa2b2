import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { alonePerPort, forgetNeighbour, nameNeighbour, neighbourAt } from './neighbours.js';
import { endGroup, guardGroup, isAlive } from './process/groups.js';
import { withLock } from './process/lock.js';
import { type Engine, type StartEngineOptions, startEngine } from './start.js';
import { clearState, type EngineMode, type EngineState, isRunning, readState, stateFolder } from './state.js';

/** A busy machine answers late, and an engine that is given up wrongly would be started a second time. */
const SILENT_MS = 10_000;

export interface ShareEngineOptions
  extends Omit<StartEngineOptions, 'binary' | 'detached' | 'mode' | 'projectDir'> {
  projectDir: string;
  /** Asked only when the engine has to be started. */
  binary: string | (() => Promise<{ path: string; source?: string; version?: string }>);
}

export interface SharedEngine extends Engine {
  /** Whether this call started it. */
  started: boolean;
  mode: EngineMode;
}

/**
 * The project's engine for as long as this process needs it: started when there is none, used when there is one.
 * The last process to release it ends it, whichever started it. An engine that `server start` or one process
 * holds for itself is used and left alone.
 */
export function shareEngine(options: ShareEngineOptions): Promise<SharedEngine> {
  const folder = stateFolder(options.projectDir);
  return locked(folder, options.signal, async () => {
    const state = await running(folder);
    if (state) return hold(folder, state, false);
    await rm(leasesIn(folder), { recursive: true, force: true });
    return hold(folder, await start(options, folder), true);
  });
}

/**
 * The engine on a port of this machine that another project shares, held as one's own: without a lease it would
 * end under this process when the other project needs it no more. Undefined when no project shares one there.
 */
export async function joinEngine(
  port: number,
  options: { signal?: AbortSignal } = {},
): Promise<SharedEngine | undefined> {
  const folder = await neighbourAt(port);
  if (folder === undefined) return undefined;
  return locked(folder, options.signal, async () => {
    const state = await running(folder);
    return state && portOf(state.address) === port ? hold(folder, state, false) : undefined;
  });
}

const leasesIn = (folder: string) => join(folder, 'engine-leases');
const lockIn = (folder: string) => join(folder, 'engine.lock');

function locked<T>(folder: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  return withLock(lockIn(folder), work, signal ? { signal } : {});
}

async function running(folder: string): Promise<EngineState | undefined> {
  const state = await readState(folder);
  return state && (await isRunning(state, SILENT_MS)) ? state : undefined;
}

async function hold(folder: string, state: EngineState, started: boolean): Promise<SharedEngine> {
  if (state.mode !== 'shared') return handle(state, started, async () => {});
  const { pid } = state;
  const leases = leasesIn(folder);
  const lease = `${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(leases, { recursive: true });
  await writeFile(join(leases, lease), '');
  const unguard = guardGroup(pid, { leases, lease, lock: lockIn(folder) });
  return handle(state, started, () =>
    locked(folder, undefined, async () => {
      try {
        await rm(join(leases, lease), { force: true });
        if (await someoneHolds(leases)) return;
        if ((await readState(folder))?.pid !== pid) return;
        await endGroup(pid);
        await clearState(folder, pid);
        await forgetNeighbour(portOf(state.address), folder).catch(() => {});
      } finally {
        // Last: the guard finishes what a killed release began.
        unguard();
      }
    }),
  );
}

async function start(options: ShareEngineOptions, folder: string): Promise<EngineState> {
  const { binary, ...rest } = options;
  const found = typeof binary === 'string' ? { path: binary } : await binary();
  return alonePerPort(
    options.port,
    async () => {
      const engine = await startEngine({
        ...rest,
        projectDir: resolve(options.projectDir),
        dbFile: options.dbFile ?? join(folder, 'temporal.db'),
        binary: found.path,
        ...(found.source ? { source: found.source } : {}),
        ...(found.version ? { version: found.version } : {}),
        detached: true,
        mode: 'shared',
      });
      // Neighbours do without, where the home can't be written to.
      if (options.port !== 0) await nameNeighbour(engine.port, folder).catch(() => {});
      const state = await readState(folder);
      if (!state) throw new Error(`${folder} holds no engine state`);
      return state;
    },
    options.signal,
  );
}

async function someoneHolds(leases: string): Promise<boolean> {
  const names = await readdir(leases).catch(() => [] as string[]);
  return names.some((name) => isAlive(Number.parseInt(name, 10)));
}

const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));

function handle(state: EngineState, started: boolean, release: () => Promise<void>): SharedEngine {
  let released: Promise<void> | undefined;
  const stop = () => {
    released ??= release();
    return released;
  };
  return {
    address: state.address,
    uiUrl: state.uiUrl ?? '',
    port: portOf(state.address),
    uiPort: state.uiUrl ? portOf(state.uiUrl) : 0,
    pid: state.pid,
    ...(state.dbFile ? { dbFile: state.dbFile } : {}),
    started,
    mode: state.mode,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
