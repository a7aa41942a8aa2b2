import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ARCHIVES, archiveName } from '../../src/engine/fetch/archives.js';
import { ENGINE_VERSION, type FindEngineOptions, findEngine } from '../../src/engine/index.js';

const archive = archiveName();
const FAKE = (name: string) => `#!/bin/sh\necho "temporal version ${name} (Server 1.2.3, UI 1)"\n`;
let root: string;
let server: Server | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mcpa-find-'));
});
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  server = undefined;
  rmSync(root, { recursive: true, force: true });
});

function script(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

const cacheDir = () => join(root, 'cache');
const folder = () => join(cacheDir(), 'mcpa', 'engine', ENGINE_VERSION);
const target = () => join(folder(), 'temporal');
const left = () => readdirSync(folder());

/** Nothing of this machine: only what the test puts there. */
function find(options: FindEngineOptions = {}, env: NodeJS.ProcessEnv = {}) {
  const PATH = `${join(root, 'bin')}:/usr/bin:/bin`;
  return findEngine({
    cacheDir: cacheDir(),
    allowDownload: false,
    env: { PATH, HOME: root, ...env },
    ...options,
  });
}

/** Writes the version script as `go build -o FILE` would; `before` runs first. */
function stubGo(before = ''): void {
  script(
    join(root, 'bin', 'go'),
    `#!/bin/sh\necho call >> ${root}/go-calls\nwhile [ "$1" != -o ]; do shift; done\n${before}\nprintf '%s' '${FAKE('built')}' > "$2"\n`,
  );
}
const goCalls = () => readFileSync(join(root, 'go-calls'), 'utf8').trim().split('\n').length;

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

function release(): Buffer {
  script(join(root, 'release', 'temporal'), FAKE('downloaded'));
  execFileSync('tar', ['-czf', join(root, archive), '-C', join(root, 'release'), 'temporal']);
  return readFileSync(join(root, archive));
}
const archives = (content: Buffer) => ({ [archive]: createHash('sha256').update(content).digest('hex') });

describe('order', () => {
  test('named by the environment, then by the config, then PATH, then cache', async () => {
    const a = script(join(root, 'a'), FAKE('a'));
    const b = script(join(root, 'b'), FAKE('b'));
    script(join(root, 'bin', 'temporal'), FAKE('path'));
    script(target(), FAKE('cached'));
    expect(await find({ path: b }, { MCPA_TEMPORAL_CLI: a })).toEqual({
      path: a,
      source: 'MCPA_TEMPORAL_CLI',
      version: 'a',
    });
    expect(await find({ path: b })).toMatchObject({ source: 'engine.path', version: 'b' });
    expect(await find()).toMatchObject({ source: 'PATH', version: 'path' });
    rmSync(join(root, 'bin', 'temporal'));
    expect(await find()).toMatchObject({ source: 'cache', version: 'cached', path: target() });
  });

  test('a named one that does not run is an error, not a fall-back', async () => {
    script(target(), FAKE('cached'));
    await expect(find({ path: join(root, 'none') })).rejects.toMatchObject({
      code: 'ENGINE_NOT_FOUND',
      hint: expect.stringContaining('engine.path'),
    });
  });

  test('nothing anywhere: the error lists every way', async () => {
    await expect(find({ allowBuild: false })).rejects.toMatchObject({
      code: 'ENGINE_NOT_FOUND',
      hint: expect.stringMatching(/MCPA_TEMPORAL_CLI.*PATH.*Go 1\.26.*--address/),
    });
  });
});

describe('download', () => {
  test('mcpa knows the content of the archive for each platform', () => {
    const platforms = ['linux', 'darwin'].flatMap((os) =>
      ['x64', 'arm64'].map((arch) => archiveName(os, arch)),
    );
    expect(Object.keys(ARCHIVES).sort()).toEqual(platforms.sort());
    for (const sum of Object.values(ARCHIVES)) expect(sum).toMatch(/^[0-9a-f]{64}$/);
  });

  test('right: verified, installed, and found in the cache afterwards', async () => {
    const content = release();
    const downloadUrl = await serve((_request, response) => response.end(content));
    expect(await find({ allowDownload: true, downloadUrl, archives: archives(content) })).toMatchObject({
      source: 'download',
      version: 'downloaded',
    });
    expect(await find()).toMatchObject({ source: 'cache' });
    expect(left()).toEqual(['temporal']);
  });

  test.each([
    ['other content', /sha256/, (content: Buffer) => Buffer.concat([content, Buffer.from('x')]), false],
    ['cut off', /archive|terminated|aborted|closed|premature|tar\.gz/i, (content: Buffer) => content, true],
  ])('%s: refused, nothing left behind', async (_name, message, change, cut) => {
    const content = release();
    const downloadUrl = await serve((_request, response) => {
      if (!cut) response.end(change(content));
      else {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, 50), () => response.destroy());
      }
    });
    const failed = find({
      allowDownload: true,
      downloadUrl,
      archives: archives(content),
      allowBuild: false,
    });
    await expect(failed).rejects.toMatchObject({
      code: 'ENGINE_NOT_FOUND',
      message: expect.stringMatching(message),
    });
    expect(left()).toEqual([]);
  });

  test('a release that is not the official one is refused, whatever it says of itself', async () => {
    const content = release();
    const downloadUrl = await serve((_request, response) => response.end(content));
    await expect(find({ allowDownload: true, downloadUrl, allowBuild: false })).rejects.toThrow(/sha256/);
  });

  test('refused connection: straight on to the build', async () => {
    const downloadUrl = await serve(() => {});
    await new Promise((done) => server?.close(done));
    stubGo();
    expect(await find({ allowDownload: true, downloadUrl })).toMatchObject({
      source: 'build',
      version: 'built',
    });
  });

  test('a network that swallows everything costs five seconds', async () => {
    const downloadUrl = await serve(() => {});
    stubGo();
    const begun = Date.now();
    expect(await find({ allowDownload: true, downloadUrl })).toMatchObject({ source: 'build' });
    expect(Date.now() - begun).toBeLessThan(9000);
  });
});

describe('build', () => {
  const other = () => join(import.meta.dirname, 'find-once.mjs');

  test('two processes at once build once', async () => {
    stubGo('sleep 1');
    const { spawn } = await import('node:child_process');
    const run = () =>
      new Promise<string>((done) => {
        const env = {
          ...process.env,
          PATH: `${join(root, 'bin')}:/usr/bin:/bin`,
          MCPA_CACHE_DIR: cacheDir(),
        };
        const child = spawn(process.execPath, [other()], { env, stdio: ['ignore', 'pipe', 'inherit'] });
        let text = '';
        child.stdout.on('data', (chunk) => {
          text += chunk;
        });
        child.on('close', () => done(text));
      });
    const [a, b] = (await Promise.all([run(), run()])).map((text) => JSON.parse(text));
    expect([a.source, b.source].sort()).toEqual(['build', 'cache']);
    expect(goCalls()).toBe(1);
    expect([...a.messages, ...b.messages].join('\n')).toMatch(/waiting for Temporal/);
    expect(left()).toEqual(['temporal']);
  });

  test('abort: the build ends, no half file stays, the next one builds', async () => {
    stubGo('printf half > "$2"; touch started; exec sleep 60');
    const abort = new AbortController();
    const failed = find({ signal: abort.signal });
    failed.catch(() => {});
    await expect.poll(() => existsSync(join(root, 'go-calls'))).toBe(true);
    abort.abort(new Error('stopped'));
    await expect(failed).rejects.toThrow('stopped');
    expect(left()).toEqual([]);
    stubGo();
    expect(await find()).toMatchObject({ source: 'build' });
  });

  test('a broken cached binary, a dead lock and left-over work are cleared away', async () => {
    script(target(), 'half a binary');
    mkdirSync(join(folder(), 'work-old'));
    execFileSync('ln', ['-s', '999999999.x', join(folder(), 'lock')]);
    stubGo();
    expect(await find()).toMatchObject({ source: 'build', version: 'built' });
    expect(left()).toEqual(['temporal']);
  });

  test('Go gets the module that pins every source', async () => {
    const gomod = readFileSync(join(import.meta.dirname, '../../engine-build/go.mod'), 'utf8');
    expect(gomod).toContain(`github.com/temporalio/cli v${ENGINE_VERSION} `);
    const pinned =
      'grep -q "^tool github.com/temporalio/cli" go.mod && grep -q "^go.temporal.io/server v" go.sum';
    stubGo(`${pinned} || { echo "not pinned" >&2; exit 1; }`);
    expect(await find()).toMatchObject({ source: 'build' });
  });

  test('a failed build says what Go said', async () => {
    stubGo('echo "go: no such module" >&2; exit 1');
    await expect(find()).rejects.toMatchObject({ message: expect.stringContaining('no such module') });
    expect(left()).toEqual([]);
  });
});
