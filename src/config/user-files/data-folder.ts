import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What belongs to the user and to no project, and must outlive a cache: `$XDG_DATA_HOME/mcpa`, else `~/.local/share/mcpa`. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  const given = env.XDG_DATA_HOME;
  // The specification has a relative path ignored.
  const root = given && isAbsolute(given) ? given : join(env.HOME || homedir(), '.local', 'share');
  return join(root, 'mcpa');
}
