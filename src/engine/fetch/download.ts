import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { heartbeat, type OnProgress } from '../progress.js';
import { ENGINE_VERSION } from '../version.js';
import { install } from './binary.js';

export const DOWNLOAD_URL = 'https://github.com/temporalio/cli/releases/download';
const CONNECT_MS = 5000;
const STALL_MS = 15_000;

export interface DownloadOptions {
  /** An empty folder on the same file system as `target`. */
  workDir: string;
  target: string;
  baseUrl?: string;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** The official release archive, checked against the release's own checksum file. */
export async function download(options: DownloadOptions): Promise<void> {
  const archive = `temporal_cli_${ENGINE_VERSION}_${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}.tar.gz`;
  const base = `${options.baseUrl ?? DOWNLOAD_URL}/v${ENGINE_VERSION}`;
  let received = 0;
  const megabytes = () => (received / 1e6).toFixed(0);
  const stop = heartbeat(
    'download',
    (seconds) => `downloading Temporal ${ENGINE_VERSION}: ${megabytes()} MB, ${seconds} s so far`,
    options.onProgress,
  );
  try {
    const wanted = checksumOf(archive, await (await open(`${base}/checksums.txt`, options.signal)).text());
    const stall = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, stall.signal]) : stall.signal;
    const response = await open(`${base}/${archive}`, signal);
    if (!response.body) throw new Error(`${base}/${archive}: no content`);
    const hash = createHash('sha256');
    const file = join(options.workDir, archive);
    const timer = setTimeout(() => stall.abort(new Error(`no data for ${STALL_MS / 1000} s`)), STALL_MS);
    try {
      const meter = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          received += chunk.length;
          hash.update(chunk);
          timer.refresh();
          done(null, chunk);
        },
      });
      await pipeline(Readable.fromWeb(response.body as never), meter, createWriteStream(file), { signal });
    } finally {
      clearTimeout(timer);
    }
    if (hash.digest('hex') !== wanted)
      throw new Error(`${base}/${archive}: its sha256 is not the published one`);
    await promisify(execFile)('tar', ['-xzf', file, '-C', options.workDir, 'temporal']);
    options.signal?.throwIfAborted();
    await install(join(options.workDir, 'temporal'), options.target);
  } finally {
    stop();
  }
}

function checksumOf(archive: string, list: string): string {
  for (const line of list.split('\n')) {
    const [sum, name] = line.trim().split(/\s+\*?/);
    if (name === archive && sum && /^[0-9a-f]{64}$/i.test(sum)) return sum.toLowerCase();
  }
  throw new Error(`no checksum for ${archive} is published`);
}

/** Only the time to the answer's head is limited: a firewall that drops packets must not hold up the build. */
async function open(url: string, signal?: AbortSignal): Promise<Response> {
  const connect = new AbortController();
  const timer = setTimeout(() => connect.abort(new Error(`no answer in ${CONNECT_MS / 1000} s`)), CONNECT_MS);
  try {
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, connect.signal]) : connect.signal,
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response;
  } catch (error) {
    signal?.throwIfAborted();
    const { message, cause } = error as Error & { cause?: { message?: string; code?: string } };
    throw new Error(`${url}: ${cause?.message || cause?.code || message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
