import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { McpaError } from '../core/errors.js';
import { engineCache } from './cache.js';
import { binaryVersion, onPath } from './fetch/binary.js';
import { build } from './fetch/build.js';
import { download } from './fetch/download.js';
import { ENGINE_VERSION } from './fetch/version.js';
import { withLock } from './process/lock.js';
import { heartbeat, type OnProgress } from './progress.js';

export interface FindEngineOptions {
  /** `engine.path` of the configuration. */
  path?: string;
  cacheDir?: string;
  env?: NodeJS.ProcessEnv;
  onProgress?: OnProgress;
  signal?: AbortSignal;
  /** Base address of the releases. */
  downloadUrl?: string;
  /** sha256 of the archives there, by name; those of the official release otherwise. */
  archives?: Readonly<Record<string, string>>;
  allowDownload?: boolean;
  allowBuild?: boolean;
}

export interface FoundEngine {
  path: string;
  source: 'MCPA_TEMPORAL_CLI' | 'engine.path' | 'PATH' | 'cache' | 'download' | 'build';
  version: string;
}

const WAYS = [
  'set MCPA_TEMPORAL_CLI, or engine.path in the config, to a Temporal CLI',
  'put `temporal` on the PATH (brew install temporal, or https://temporal.download)',
  `install Go 1.26 or newer, so that mcpa builds Temporal ${ENGINE_VERSION} itself`,
  'or name a running server with --address',
].join('; ');

/** The binary of the local engine: what the user names, what is installed, what was fetched before; else fetched now. */
export async function findEngine(options: FindEngineOptions = {}): Promise<FoundEngine> {
  const env = options.env ?? process.env;
  const named = await findNamed(options.path, env);
  if (named) return named;

  const installed = await onPath('temporal', env);
  const version = installed && (await binaryVersion(installed));
  if (installed && version) return { path: installed, source: 'PATH', version };

  const target = join(engineCache(env, options.cacheDir), ENGINE_VERSION, 'temporal');
  const cached = await fromCache(target);
  if (cached) return cached;
  return fetchEngine(target, env, options);
}

/** An engine that was named and doesn't work is an error: another one in its place would surprise. */
async function findNamed(path: string | undefined, env: NodeJS.ProcessEnv): Promise<FoundEngine | undefined> {
  const source = env.MCPA_TEMPORAL_CLI ? 'MCPA_TEMPORAL_CLI' : 'engine.path';
  const named = env.MCPA_TEMPORAL_CLI || path;
  if (!named) return undefined;
  const version = await binaryVersion(named);
  if (version) return { path: named, source, version };
  throw new McpaError(
    'ENGINE_NOT_FOUND',
    `${source} is ${named}, which is not a Temporal CLI that runs here`,
    {
      hint: `correct ${source} (\`${named} --version\` must work), or remove it`,
    },
  );
}

async function fromCache(target: string): Promise<FoundEngine | undefined> {
  const version = await binaryVersion(target);
  return version ? { path: target, source: 'cache', version } : undefined;
}

async function fetchEngine(
  target: string,
  env: NodeJS.ProcessEnv,
  options: FindEngineOptions,
): Promise<FoundEngine> {
  const folder = dirname(target);
  try {
    return await withLock(
      join(folder, 'lock'),
      async () => (await fromCache(target)) ?? (await fetchAlone(target, env, options)),
      {
        ...(options.signal ? { signal: options.signal } : {}),
        onWait: (pid) =>
          heartbeat(
            'build',
            (seconds) =>
              `waiting for Temporal ${ENGINE_VERSION}, which process ${pid} fetches: ${seconds} s so far`,
            options.onProgress,
          ),
      },
    );
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof McpaError) throw error;
    throw new McpaError('ENGINE_NOT_FOUND', `no Temporal engine, and none can be put into ${folder}`, {
      hint: `make ${folder} writable, or set MCPA_CACHE_DIR to a folder that is`,
      cause: error,
    });
  }
}

async function fetchAlone(
  target: string,
  env: NodeJS.ProcessEnv,
  options: FindEngineOptions,
): Promise<FoundEngine> {
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  // Only the lock's holder works here: what lies about was left by one that was killed.
  for (const name of await readdir(folder)) {
    if (name.startsWith('work-')) await rm(join(folder, name), { recursive: true, force: true });
  }
  const shared = {
    target,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  };
  const tried: string[] = [];
  const attempt = async (source: 'download' | 'build', make: (workDir: string) => Promise<void>) => {
    const workDir = await mkdtemp(join(folder, 'work-'));
    try {
      await make(workDir);
      return { path: target, source, version: (await binaryVersion(target)) ?? ENGINE_VERSION };
    } catch (error) {
      options.signal?.throwIfAborted();
      tried.push(`${source}: ${(error as Error).message}`);
      return undefined;
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  };

  if (options.allowDownload !== false) {
    const { downloadUrl: baseUrl, archives } = options;
    const found = await attempt('download', (workDir) =>
      download({
        ...shared,
        workDir,
        env,
        ...(baseUrl ? { baseUrl } : {}),
        ...(archives ? { archives } : {}),
      }),
    );
    if (found) return found;
  }
  if (options.allowBuild !== false) {
    const go = await onPath('go', env);
    const found = go && (await attempt('build', (workDir) => build({ ...shared, workDir, go, env })));
    if (found) return found;
    if (!go) tried.push('build: there is no `go` on the PATH');
  }
  throw new McpaError('ENGINE_NOT_FOUND', ['no Temporal engine was found', ...tried].join('\n  '), {
    hint: WAYS,
  });
}
