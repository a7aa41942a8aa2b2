import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { heartbeat, type OnProgress } from '../progress.js';
import { ARCHIVES, archiveName } from './archives.js';
import { install } from './binary.js';
import { ENGINE_VERSION } from './version.js';
import { createWeb } from './web.js';

export const DOWNLOAD_URL = 'https://github.com/temporalio/cli/releases/download';
const STALL_MS = 15_000;

export interface DownloadOptions {
  /** An empty folder on the same file system as `target`. */
  workDir: string;
  target: string;
  env: NodeJS.ProcessEnv;
  baseUrl?: string;
  /** sha256 by archive. */
  archives?: Readonly<Record<string, string>>;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** The official release archive, checked against the sum that mcpa brings. */
export async function download(options: DownloadOptions): Promise<void> {
  const archive = archiveName();
  const wanted = (options.archives ?? ARCHIVES)[archive];
  if (wanted === undefined) throw new Error(`there is no ${archive} whose content mcpa knows`);
  const url = `${options.baseUrl ?? DOWNLOAD_URL}/v${ENGINE_VERSION}/${archive}`;
  const file = join(options.workDir, archive);
  if ((await save(url, file, options)) !== wanted) throw new Error(`${url}: its sha256 is not ${wanted}`);
  await promisify(execFile)('tar', ['-xzf', file, '-C', options.workDir, 'temporal']);
  options.signal?.throwIfAborted();
  await install(join(options.workDir, 'temporal'), options.target);
}

/** Returns the sha256 of what it saved. */
async function save(url: string, file: string, options: DownloadOptions): Promise<string> {
  let received = 0;
  const megabytes = () => (received / 1e6).toFixed(0);
  const stop = heartbeat(
    'download',
    (seconds) => `downloading Temporal ${ENGINE_VERSION}: ${megabytes()} MB, ${seconds} s so far`,
    options.onProgress,
  );
  const stall = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stall.signal]) : stall.signal;
  const hash = createHash('sha256');
  let timer: NodeJS.Timeout | undefined;
  try {
    await using web = await createWeb(options.env);
    const response = await web.open(url, signal);
    if (!response.body) throw new Error(`${url}: no content`);
    timer = setTimeout(() => stall.abort(new Error(`no data for ${STALL_MS / 1000} s`)), STALL_MS);
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        hash.update(chunk);
        timer?.refresh();
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body as never), meter, createWriteStream(file), { signal });
    return hash.digest('hex');
  } finally {
    clearTimeout(timer);
    stop();
  }
}
