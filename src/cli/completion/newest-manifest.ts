import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkManifest, isManifest } from '../../worker/bundle/cache/manifest.js';

/** The workflows of the newest bundle in the cache, when all it was built from is unchanged. */
export function readNewestManifest(projectDir: string): Array<{ name: string }> | undefined {
  const folder = join(projectDir, '.mcpa', 'cache', 'bundles');
  try {
    const [newest] = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folder, name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    if (newest === undefined) return undefined;
    const manifest: unknown = JSON.parse(readFileSync(newest, 'utf8'));
    if (!isManifest(manifest) || checkManifest(manifest) === 'stale') return undefined;
    return manifest.workflows;
  } catch {
    return undefined;
  }
}
