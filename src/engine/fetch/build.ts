import { spawn } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endGroup, guardGroup } from '../process/groups.js';
import { heartbeat, type OnProgress } from '../progress.js';
import { install } from './binary.js';
import { ENGINE_VERSION } from './version.js';

export interface BuildOptions {
  go: string;
  /** An empty folder on the same file system as `target`. */
  workDir: string;
  target: string;
  env: NodeJS.ProcessEnv;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** go.mod and go.sum of the wrapper module, taken from a finished build; published beside dist. */
const MODULE = new URL('../../../engine-build/', import.meta.url);
const COMMAND = 'github.com/temporalio/cli/cmd/temporal';
const TAIL = 4000;

/**
 * `go install …@version` refuses this module (its go.mod has a `replace`), so a wrapper module repeats the
 * replacement and pins every source by go.sum.
 */
export async function build(options: BuildOptions): Promise<void> {
  for (const file of ['go.mod', 'go.sum']) await copyFile(new URL(file, MODULE), join(options.workDir, file));
  const made = join(options.workDir, 'temporal');
  const stop = heartbeat(
    'build',
    (seconds) => `building Temporal ${ENGINE_VERSION} with Go: takes 3-5 minutes once, ${seconds} s so far`,
    options.onProgress,
  );
  try {
    await runGo(['build', '-trimpath', '-ldflags=-s -w', '-o', made, COMMAND], options);
    options.signal?.throwIfAborted();
    await install(made, options.target);
  } finally {
    stop();
  }
}

async function runGo(args: string[], options: BuildOptions): Promise<void> {
  options.signal?.throwIfAborted();
  // The user's own Go settings (a workspace, another target, -mod=mod) must not change what is built.
  const { GOOS: _os, GOARCH: _arch, ...rest } = options.env;
  const env = {
    ...rest,
    GO111MODULE: 'on',
    GOWORK: 'off',
    CGO_ENABLED: '0',
    GOFLAGS: '-mod=readonly -buildvcs=false',
  };
  const child = spawn(options.go, args, {
    cwd: options.workDir,
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let tail = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL);
  });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const unguard = child.pid === undefined ? undefined : guardGroup(child.pid);
  const abort = () => child.pid !== undefined && void endGroup(child.pid, 2000);
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const status = await ended;
    options.signal?.throwIfAborted();
    const lines = tail.split('\n').filter((line) => line !== '' && !line.startsWith('go: downloading'));
    if (status !== 0) throw new Error(`go build ended with ${status}: ${lines.slice(-5).join('\n')}`);
  } finally {
    options.signal?.removeEventListener('abort', abort);
    unguard?.();
  }
}
