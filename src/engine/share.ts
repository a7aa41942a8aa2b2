import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { endGroup, guardGroup, isAlive } from './process/groups.js';
import { withLock } from './process/lock.js';
import { type Engine, type StartEngineOptions, startEngine } from './start.js';
import { clearState, type EngineState, isRunning, readState, stateFolder } from './state.js';

export interface ShareEngineOptions
  extends Omit<StartEngineOptions, 'binary' | 'detached' | 'mode' | 'projectDir'> {
  projectDir: string;
  /** Asked only when the engine has to be started. */
  binary: string | (() => Promise<{ path: string; source?: string; version?: string }>);
}

export interface SharedEngine extends Engine {
  /** Whether this call started it. */
  started: boolean;
}

/**
 * The project's engine for as long as this process needs it: started when there is none, used when there is one.
 * The last process to release it ends it, whichever started it. An engine that `server start` or one process
 * holds for itself is used and left alone.
 */
export async function shareEngine(options: ShareEngineOptions): Promise<SharedEngine> {
  const folder = stateFolder(options.projectDir);
  const lock = join(folder, 'engine.lock');
  const leases = join(folder, 'engine-leases');
  const locked = <T>(work: () => Promise<T>) =>
    withLock(lock, work, options.signal ? { signal: options.signal } : {});

  return locked(async () => {
    let state = await readState(folder);
    let started = false;
    if (!state || !(await isRunning(state))) {
      await rm(leases, { recursive: true, force: true });
      await start(options);
      state = await readState(folder);
      started = true;
    }
    if (!state) throw new Error(`${folder} holds no engine state`);
    if (state.mode !== 'shared') return handle(state, started, async () => {});

    const { pid } = state;
    const lease = `${process.pid}-${randomBytes(4).toString('hex')}`;
    await mkdir(leases, { recursive: true });
    await writeFile(join(leases, lease), '');
    const unguard = guardGroup(pid, { leases, lease, lock });
    const release = () =>
      withLock(lock, async () => {
        await rm(join(leases, lease), { force: true });
        unguard();
        if (await someoneHolds(leases)) return;
        if ((await readState(folder))?.pid !== pid) return;
        await endGroup(pid);
        await clearState(folder, pid);
      });
    return handle(state, started, release);
  });
}

async function start(options: ShareEngineOptions): Promise<void> {
  const { binary, ...rest } = options;
  const found = typeof binary === 'string' ? { path: binary } : await binary();
  await startEngine({
    ...rest,
    projectDir: resolve(options.projectDir),
    dbFile: options.dbFile ?? join(stateFolder(options.projectDir), 'temporal.db'),
    binary: found.path,
    ...(found.source ? { source: found.source } : {}),
    ...(found.version ? { version: found.version } : {}),
    detached: true,
    mode: 'shared',
  });
}

async function someoneHolds(leases: string): Promise<boolean> {
  const names = await readdir(leases).catch(() => [] as string[]);
  return names.some((name) => isAlive(Number.parseInt(name, 10)));
}

function handle(state: EngineState, started: boolean, release: () => Promise<void>): SharedEngine {
  let released: Promise<void> | undefined;
  const stop = () => {
    released ??= release();
    return released;
  };
  const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));
  return {
    address: state.address,
    uiUrl: state.uiUrl ?? '',
    port: portOf(state.address),
    uiPort: state.uiUrl ? portOf(state.uiUrl) : 0,
    pid: state.pid,
    ...(state.dbFile ? { dbFile: state.dbFile } : {}),
    started,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
