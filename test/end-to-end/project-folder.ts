import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { processesIn } from './processes.js';

const CACHE = '.mcpa/cache';

/** Where a test's project is made. */
export interface ProjectFolder {
  readonly path: string;
  /** When the project is there. */
  bringBundles(project: string): void;
  /** When its commands have ended. */
  leave(): void;
}

/** A folder that no project has had, gone afterwards. */
export function newFolder(): ProjectFolder {
  const path = mkdtempSync(join(tmpdir(), 'mcpa-project-'));
  return {
    path,
    bringBundles: () => undefined,
    leave: () => rmSync(path, { recursive: true, force: true }),
  };
}

/**
 * A folder for a project of these sources. It may have been that of an earlier one with the same, whose built bundles
 * alone are still there: a worker looks through them as it does at its second start in any project. To build one
 * takes more than twice as long as all the rest of a worker's start.
 */
export function folderOf(sources: string): ProjectFolder {
  const all = inject('projects') as string | undefined;
  // Whether an earlier test's processes have ended can be seen in /proc alone.
  if (!all || !existsSync('/proc/self')) return newFolder();
  const alike = join(all, createHash('sha256').update(sources).digest('hex').slice(0, 12));
  mkdirSync(alike, { recursive: true });
  for (let number = 0; ; number++) {
    const path = join(alike, `${number}`);
    const taken = join(alike, `${number}.taken`);
    if (!claim(taken)) continue;
    // What outlived its test may still write here: another folder, then.
    if (processesIn(path).length > 0) {
      rmdirSync(taken);
      continue;
    }
    const bundles = keepBundles(path);
    return {
      path,
      bringBundles: (project) => {
        if (!existsSync(bundles)) return;
        mkdirSync(join(project, CACHE), { recursive: true });
        renameSync(bundles, join(project, CACHE, 'bundles'));
      },
      leave: () => rmdirSync(taken),
    };
  }
}

function claim(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Empties the folder; the folder beside it has the bundles, whole ones only. */
function keepBundles(path: string): string {
  const kept = `${path}.bundles`;
  rmSync(kept, { recursive: true, force: true });
  for (const project of existsSync(path) ? readdirSync(path) : []) {
    const bundles = join(path, project, CACHE, 'bundles');
    if (existsSync(bundles)) renameSync(bundles, kept);
  }
  for (const name of existsSync(kept) ? readdirSync(kept) : [])
    if (!/\.js(on)?$/.test(name)) rmSync(join(kept, name));
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  return kept;
}
