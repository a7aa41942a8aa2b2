import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { McpaError } from '../core/errors.js';
import { answers } from './answers.js';
import { binaryVersion } from './fetch/binary.js';
import { engineArguments } from './flags.js';
import { endGroup, guardGroup, signalGroup } from './process/groups.js';
import { claimPort, portInUse } from './process/ports.js';
import { heartbeat, type OnProgress } from './progress.js';
import {
  clearState,
  type EngineMode,
  isRunning,
  projectOf,
  readState,
  stateFolder,
  writeState,
} from './state.js';

export interface StartEngineOptions {
  binary: string;
  /** 0: a free one. */
  port: number;
  /** Absent or 0: the port + 1000, or a free one. */
  uiPort?: number;
  /** Absent: in memory. */
  dbFile?: string;
  namespace?: string[];
  searchAttributes?: Record<string, string>;
  logFile?: string;
  onProgress?: OnProgress;
  headless?: boolean;
  ip?: string;
  /** Leaves the engine running when this process ends. */
  detached?: boolean;
  projectDir?: string;
  version?: string;
  source?: string;
  signal?: AbortSignal;
  readyTimeoutMs?: number;
  mode?: EngineMode;
}

export interface Engine extends AsyncDisposable {
  address: string;
  /** Empty when headless. */
  uiUrl: string;
  port: number;
  uiPort: number;
  pid: number;
  dbFile?: string;
  logFile?: string;
  /** Settles when the process has ended, wanted or not. */
  exited?: Promise<void>;
  stop(): Promise<void>;
}

const READY_MS = 30_000;

export async function startEngine(options: StartEngineOptions): Promise<Engine> {
  const ip = options.ip ?? '127.0.0.1';
  const dbFile = options.dbFile === undefined ? undefined : resolve(options.dbFile);
  const projectDir = options.projectDir ?? (dbFile === undefined ? undefined : projectOf(dbFile));
  const folder = dbFile ? dirname(dbFile) : projectDir ? stateFolder(projectDir) : undefined;
  if (folder) {
    makeFolder(folder);
    const other = await readState(folder);
    if (other && other.dbFile === dbFile && (await isRunning(other))) {
      throw new McpaError(
        'ENGINE_FAILED',
        `an engine runs on ${dbFile ?? folder} already (${other.address}, pid ${other.pid})`,
        {
          hint: `use it with --address ${other.address}, or end it with: kill ${other.pid}`,
        },
      );
    }
  }
  const port = await claimPort(options.port, ip);
  if (port === undefined) throw portInUse(options.port);
  const uiPort = options.headless ? 0 : await claimUiPort(options, port, ip);
  const logFile =
    options.logFile ?? join(folder ?? tmpdir(), folder ? 'engine.log' : `mcpa-engine-${port}.log`);
  const from = sizeOf(logFile);

  makeFolder(dirname(logFile));
  const log = openSync(logFile, from > 10_000_000 ? 'w' : 'a');
  const child = spawn(
    options.binary,
    engineArguments({ ...options, port, uiPort, ip, ...(dbFile ? { dbFile } : {}) }),
    {
      cwd: folder ?? '/',
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  let ending: string | undefined;
  const exited = new Promise<void>((done) => {
    child.on('error', (error) => {
      ending = error.message;
      done();
    });
    child.on('exit', (code, signal) => {
      ending = `ended with ${code ?? signal}`;
      done();
    });
  });
  const pid = child.pid ?? 0;
  const onExit = () => signalGroup(pid, 'SIGTERM');
  const unguard = pid && !options.detached ? guardGroup(pid) : undefined;
  if (unguard) process.on('exit', onExit);
  if (options.detached) child.unref();

  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      if (ending === undefined) await endGroup(pid);
      await exited;
      process.off('exit', onExit);
      unguard?.();
      if (folder) await clearState(folder, pid);
      else if (!options.logFile) await rm(logFile, { force: true });
    })();
    return stopping;
  };

  const address = `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
  const uiUrl = options.headless ? '' : `http://${ip.includes(':') ? `[${ip}]` : ip}:${uiPort}`;
  const beat = heartbeat(
    'start',
    (seconds) => `starting the Temporal server on ${address}${seconds > 0 ? `: ${seconds} s so far` : ''}`,
    options.onProgress,
  );
  try {
    await ready(address, options, () => ending);
    if (folder) {
      const version = options.version ?? (await binaryVersion(options.binary));
      await writeState(folder, {
        pid,
        address,
        ...(uiUrl ? { uiUrl } : {}),
        ...(dbFile ? { dbFile } : {}),
        ...(version ? { version } : {}),
        binary: options.binary,
        ...(options.source ? { source: options.source } : {}),
        startedAt: new Date().toISOString(),
        ...(projectDir ? { projectDir: resolve(projectDir) } : {}),
        mode: options.mode ?? (options.detached ? 'detached' : 'attached'),
      });
    }
  } catch (error) {
    const lines = tailOf(logFile, from);
    await stop();
    options.signal?.throwIfAborted();
    throw explain(error as Error, lines, {
      port,
      logFile: folder || options.logFile ? logFile : undefined,
      binary: options.binary,
    });
  } finally {
    beat();
  }
  return {
    address,
    uiUrl,
    port,
    uiPort,
    pid,
    ...(dbFile ? { dbFile } : {}),
    logFile,
    exited,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function ready(
  address: string,
  options: StartEngineOptions,
  ending: () => string | undefined,
): Promise<void> {
  const deadline = Date.now() + (options.readyTimeoutMs ?? READY_MS);
  for (;;) {
    options.signal?.throwIfAborted();
    if (ending() !== undefined) throw new Error(`the Temporal server ${ending()}`);
    // The port was free a moment ago, so an answer there while our process lives is ours.
    if (await answers(address)) return;
    if (Date.now() > deadline) throw new Error('the Temporal server started but does not answer');
    await delay(30);
  }
}

async function claimUiPort(options: StartEngineOptions, port: number, ip: string): Promise<number> {
  if (options.uiPort) {
    const claimed = await claimPort(options.uiPort, ip);
    if (claimed === undefined) throw portInUse(options.uiPort, '--ui-port');
    return claimed;
  }
  const usual = options.port === 0 || port + 1000 > 65_535 ? 0 : port + 1000;
  return (await claimPort(usual, ip)) ?? (await claimPort(0, ip)) ?? 0;
}

function explain(
  error: Error,
  lines: string,
  about: { port: number; logFile: string | undefined; binary: string },
): McpaError {
  const clash = /can't set (\w+) port (\d+).*address already in use/.exec(lines);
  if (clash) return portInUse(Number(clash[2]), clash[1] === 'frontend' ? '--port' : '--ui-port');
  const hint = about.logFile
    ? `read ${about.logFile}`
    : `try: ${about.binary} server start-dev --port ${about.port}`;
  return new McpaError('ENGINE_FAILED', lines ? `${error.message}\n${lines}` : error.message, {
    hint,
    cause: error,
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new McpaError('ENGINE_FAILED', `${folder} cannot be made: ${(error as Error).message}`, {
      hint: `make ${dirname(folder)} writable`,
      cause: error,
    });
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function tailOf(file: string, from: number): string {
  try {
    return readFileSync(file).subarray(from).toString('utf8').trim().split('\n').slice(-10).join('\n');
  } catch {
    return '';
  }
}
