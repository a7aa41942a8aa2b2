import { homedir } from 'node:os';
import { join } from 'node:path';

/** What all projects of a user share: the engine's binaries, and who serves which port. */
export function engineCache(env: NodeJS.ProcessEnv, cacheDir?: string): string {
  const root = cacheDir || env.MCPA_CACHE_DIR || env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return join(root, 'mcpa', 'engine');
}
