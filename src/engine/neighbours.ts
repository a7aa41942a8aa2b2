import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engineCache } from './cache.js';
import { withLock } from './process/lock.js';
import { readState } from './state.js';

const ports = () => join(engineCache(process.env), 'ports');

/** Which project's folder the shared engine on a port belongs to: a neighbour that uses it holds it there. */
export async function nameNeighbour(port: number, folder: string): Promise<void> {
  const file = join(ports(), `${port}`);
  const draft = `${file}.${process.pid}`;
  await mkdir(ports(), { recursive: true });
  await writeFile(draft, folder);
  await rename(draft, file);
}

export async function forgetNeighbour(port: number, folder: string): Promise<void> {
  const file = join(ports(), `${port}`);
  if ((await readFile(file, 'utf8').catch(() => undefined)) === folder) await rm(file, { force: true });
}

/** The folder behind a port; what it says may be out of date. */
export async function neighbourAt(port: number): Promise<string | undefined> {
  const folder = await readFile(join(ports(), `${port}`), 'utf8').catch(() => undefined);
  return folder !== undefined && (await readState(folder)) !== undefined ? folder : undefined;
}

/** One start at a time for each port: the second finds the first one's engine there, not half of it. */
export async function alonePerPort<T>(
  port: number,
  work: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (port === 0) return work();
  try {
    await mkdir(ports(), { recursive: true });
  } catch {
    // A home that can't be written to has no neighbours to wait for.
    return work();
  }
  return withLock(join(ports(), `${port}.lock`), work, signal ? { signal } : {});
}
