import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const STALE_MS = 120_000;

/**
 * Runs `work` while holding the file: workers that start together build once. Waits for another holder, but never
 * longer than a build may take: the lock saves work, correctness doesn't depend on it.
 */
export async function withBuildLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const held = await acquire(path);
  try {
    return await work();
  } finally {
    if (held) rmSync(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  for (const deadline = Date.now() + STALE_MS; Date.now() < deadline; await delay(25)) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      // A folder that can't be written has no lock; the write that follows says so.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
      if (isAbandoned(path)) rmSync(path, { force: true });
    }
  }
  return false;
}

function isAbandoned(path: string): boolean {
  try {
    const age = Date.now() - statSync(path).mtimeMs;
    const pid = Number(readFileSync(path, 'utf8'));
    // Just created: its pid may not be written yet.
    if (!pid) return age > 1_000;
    if (age > STALE_MS) return true;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
