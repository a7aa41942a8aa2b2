import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { Command } from './project.js';

/** A process that is not mcpa's own command; the caller ends it. */
export function start(
  command: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  stdin: 'ignore' | 'pipe' = 'ignore',
): Command {
  return new Command(spawn(command, args, { cwd, env, stdio: [stdin, 'pipe', 'pipe'] }));
}

/** The environment without what npm sets for the script that runs this suite: a nested npm must not see it. */
export function outerEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env = { ...process.env, ...extra };
  for (const key of Object.keys(env)) {
    if (
      /^npm_(package|lifecycle|config_(local|global)_prefix|command)|^(INIT_CWD|VITEST.*|NODE_ENV|TEST)$/.test(
        key,
      )
    )
      delete env[key];
  }
  return env;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The command lines of live processes that work in this folder or name it; empty where there is no /proc. */
export function processesIn(dir: string): string[] {
  const read = <T>(get: () => T): T | undefined => {
    try {
      return get();
    } catch {
      return undefined;
    }
  };
  const pids = (read(() => readdirSync('/proc')) ?? []).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  return pids.flatMap((pid) => {
    const line = read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.replaceAll('\0', ' ') ?? '';
    const cwd = read(() => readlinkSync(`/proc/${pid}/cwd`)) ?? '';
    return line.includes(dir) || cwd.startsWith(dir) ? [`${pid} ${line}`] : [];
  });
}
