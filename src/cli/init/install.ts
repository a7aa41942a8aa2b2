import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { McpaError } from '../../core/index.js';
import { note, type OutputMode } from '../terminal.js';
import { PACKAGE_ROOT, packageVersion } from '../version.js';

/**
 * What the project's package.json says for mcpa: this version, or where this mcpa came from when that is
 * a checkout or a tarball, since the registry may not have it.
 */
export async function mcpaSource(target: string): Promise<string> {
  const root = resolve(PACKAGE_ROOT);
  if (existsSync(join(root, 'src')) && existsSync(join(root, 'tsconfig.json'))) return `file:${root}`;
  return (await installedFrom(root, target)) ?? packageVersion();
}

/** npm notes the origin of each package in the lock file of the folder it installed into. */
async function installedFrom(root: string, target: string): Promise<string | undefined> {
  const modules = dirname(root);
  try {
    const lock = JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8')) as {
      packages?: Record<string, { resolved?: string }>;
    };
    const resolved = lock.packages?.['node_modules/mcpa']?.resolved;
    if (!resolved?.startsWith('file:')) return undefined;
    const path = resolve(dirname(modules), resolved.slice('file:'.length));
    return existsSync(path) && path !== target ? `file:${path}` : undefined;
  } catch {
    return undefined;
  }
}

/** Runs npm quietly; its own words only when it fails. */
export async function installDependencies(target: string, mode: OutputMode): Promise<void> {
  note(mode, 'installing dependencies with npm');
  const output: Buffer[] = [];
  const status = await new Promise<number>((resolve) => {
    const child = spawn('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: target,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  if (status === 0) return;
  const last = Buffer.concat(output).toString().trim().split('\n').slice(-8).join('\n');
  throw new McpaError(
    'PLATFORM',
    `npm install failed in ${target}${last ? `:\n${last}` : ' (npm was not found)'}`,
    {
      hint: 'the project is written; run `npm install` there once the reason is gone',
    },
  );
}
