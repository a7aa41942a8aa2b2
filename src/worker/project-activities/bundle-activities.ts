import { existsSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Config, DEFAULT_ACTIVITIES, PACKAGE_ROOT } from '../../config/index.js';
import { McpaError } from '../../core/index.js';
import { withBuildLock } from '../bundle/cache/build-lock.js';
import { BundleCache } from '../bundle/cache/bundle-cache.js';
import { recordDependencies, sha256 } from '../bundle/cache/manifest.js';
import { buildVersions } from '../bundle/packages.js';
import { findFiles } from '../bundle/source/find-files.js';
import { cacheDirOf } from '../bundle-project.js';
import { compileActivities } from './compile-activities.js';

/** Raised by every change of the generated entry and the webpack config. */
const FORMAT = 1;

export interface ActivityBundle {
  /** The compiled module: `file0`, `file1`… are the exports of `files`. */
  path: string;
  files: string[];
}

/** The project's activity files compiled for Node, from the cache when nothing changed; undefined where there are none. */
export async function bundleActivities(
  config: Config,
  onWarning: (message: string) => void = () => undefined,
): Promise<ActivityBundle | undefined> {
  const projectDir = realpathSync(resolve(config.projectDir));
  const files = activityFiles(config, projectDir);
  if (files.length === 0) return undefined;
  const cache = new BundleCache(join(cacheDirOf(config), 'activities'), 'mjs');
  const key = sha256(JSON.stringify([FORMAT, buildVersions(), PACKAGE_ROOT, projectDir, files])).slice(0, 24);
  const cached = (): ActivityBundle | undefined => {
    const answer = cache.read(key);
    return answer && 'manifest' in answer ? { path: cache.codePath(answer.manifest.hash), files } : undefined;
  };
  const first = cached();
  if (first !== undefined) return first;
  return withBuildLock(join(cache.folder, `${key}.lock`), async () => {
    // Another process may have built it while this one waited for the lock.
    const second = cached();
    if (second !== undefined) return second;
    const buildStart = Date.now();
    const { code, ...dependencies } = await compileActivities(projectDir, files);
    const hash = sha256(code);
    try {
      cache.writeCode(hash, code);
      const recorded = recordDependencies(dependencies, buildStart);
      if (recorded) {
        const size = Buffer.byteLength(code);
        cache.writeManifest(key, { hash, size, workflows: [], warnings: [], ...recorded });
      }
      return { path: cache.codePath(hash), files };
    } catch (error) {
      onWarning(`the activities can't be cached and are written to ${tmpdir()}: ${(error as Error).message}`);
      return { path: outside(projectDir, code), files };
    }
  });
}

function activityFiles(config: Config, projectDir: string): string[] {
  const asked = config.activities.join() !== DEFAULT_ACTIVITIES.join();
  for (const pattern of asked ? config.activities : []) {
    if (findFiles(projectDir, [pattern]).length > 0) continue;
    throw new McpaError('ACTIVITY_INVALID', `no activity file was found: ${pattern} in ${projectDir}`, {
      hint: 'Write `export async function charge(order) { … }` in such a file, or correct `activities` in the config.',
    });
  }
  return findFiles(projectDir, config.activities);
}

/** A module finds packages by where it stands: the project's folder of them is linked beside it. */
function outside(projectDir: string, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcpa-activities-'));
  for (let up = projectDir; ; up = dirname(up)) {
    const packages = join(up, 'node_modules');
    if (existsSync(packages)) {
      symlinkSync(packages, join(folder, 'node_modules'));
      break;
    }
    if (dirname(up) === up) break;
  }
  const path = join(folder, 'activities.mjs');
  writeFileSync(path, code);
  return path;
}
