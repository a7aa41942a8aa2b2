import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PACKAGE_ROOT } from './version.js';

/** Set in the copy that was handed over to, so that two copies can't pass a command to and fro. */
const HANDED_OVER = 'MCPA_HANDED_OVER';

/** The entry of the project's own mcpa, when it is another copy than this one: a global command must not mix versions. */
export function projectEntry(cwd: string, env: NodeJS.ProcessEnv, own = PACKAGE_ROOT): string | undefined {
  if (env[HANDED_OVER] !== undefined) return undefined;
  for (let dir = cwd; ; dir = dirname(dir)) {
    const entry = join(dir, 'node_modules', 'mcpa', 'bin', 'mcpa.js');
    if (existsSync(entry)) {
      const root = realpathSync(join(dir, 'node_modules', 'mcpa'));
      return root === realpathSync(own) ? undefined : entry;
    }
    if (dirname(dir) === dir) return undefined;
  }
}

/** Runs the project's own copy in this process; false when this copy is the one to run. */
export async function handOver(argv: string[], cwd = process.cwd()): Promise<boolean> {
  // This copy tells both versions itself.
  if (argv.includes('--version')) return false;
  const entry = projectEntry(cwd, process.env);
  if (entry === undefined) return false;
  process.env[HANDED_OVER] = '1';
  await import(pathToFileURL(entry).href);
  return true;
}
