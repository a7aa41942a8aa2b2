import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { answers } from './answers.js';
import { isAlive } from './process/groups.js';

/** How the engine ends: with the process that started it, by hand, or with its last lease. */
export type EngineMode = 'attached' | 'detached' | 'shared';

/** What another process can know about an engine; stands beside its database. */
export interface EngineState {
  pid: number;
  address: string;
  uiUrl?: string;
  dbFile?: string;
  version?: string;
  binary: string;
  source?: string;
  startedAt: string;
  projectDir?: string;
  mode: EngineMode;
}

export interface EngineStatus {
  running: boolean;
  address?: string;
  uiUrl?: string;
  pid?: number;
  dbFile?: string;
  dbBytes?: number;
  version?: string;
  source?: string;
  projectDir?: string;
  mode?: EngineMode;
  startedAt?: string;
}

export const stateFolder = (projectDir: string): string => join(resolve(projectDir), '.mcpa');
export const stateFile = (folder: string): string => join(folder, 'engine.json');

/** The project that a database belongs to, where it stands in the usual place. */
export function projectOf(dbFile: string): string | undefined {
  const folder = dirname(resolve(dbFile));
  return basename(folder) === '.mcpa' ? dirname(folder) : undefined;
}

export async function readState(folder: string): Promise<EngineState | undefined> {
  try {
    const state = JSON.parse(await readFile(stateFile(folder), 'utf8')) as EngineState;
    return Number.isInteger(state.pid) && typeof state.address === 'string' ? state : undefined;
  } catch {
    return undefined;
  }
}

export async function writeState(folder: string, state: EngineState): Promise<void> {
  await mkdir(folder, { recursive: true });
  const draft = `${stateFile(folder)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`);
  await rename(draft, stateFile(folder));
}

export async function clearState(folder: string, pid: number): Promise<void> {
  if ((await readState(folder))?.pid === pid) await rm(stateFile(folder), { force: true });
}

/** Alive and answering: a process id alone may by now be anybody's. */
export async function isRunning(state: EngineState, deadlineMs = 2000): Promise<boolean> {
  return isAlive(state.pid) && (await answers(state.address, { deadlineMs }));
}

export async function engineStatus(projectDir: string): Promise<EngineStatus> {
  const state = await readState(stateFolder(projectDir));
  const dbFile = state?.dbFile ?? join(stateFolder(projectDir), 'temporal.db');
  const main = await sizeOf(dbFile);
  // With write-ahead logging the latest megabytes stand in the log.
  const dbBytes = main === undefined ? undefined : main + ((await sizeOf(`${dbFile}-wal`)) ?? 0);
  const database = dbBytes === undefined ? {} : { dbFile, dbBytes };
  if (!state || !(await isRunning(state))) return { running: false, ...database };
  const { binary: _binary, ...known } = state;
  return { running: true, ...known, ...database };
}

const sizeOf = (file: string): Promise<number | undefined> =>
  stat(file).then(
    (found) => found.size,
    () => undefined,
  );
