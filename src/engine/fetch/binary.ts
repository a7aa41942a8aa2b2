import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, rename, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What `temporal --version` says, or undefined when it isn't a working Temporal CLI. */
export function binaryVersion(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: 15_000, cwd: '/' }, (error, stdout) => {
      const found = /temporal version (\S+)(?: \(Server ([^,)]+))?/i.exec(stdout ?? '');
      if (error || !found) resolve(undefined);
      else resolve(found[1] === '0.0.0-DEV' && found[2] ? `server ${found[2]}` : found[1]);
    });
  });
}

export async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, name);
    try {
      await access(candidate, constants.X_OK);
      if ((await stat(candidate)).isFile()) return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** Puts a finished binary in its place in one step, after it has shown that it runs. */
export async function install(made: string, target: string): Promise<void> {
  await chmod(made, 0o755);
  if ((await binaryVersion(made)) === undefined) throw new Error(`${made} does not run here`);
  await rename(made, target);
}
