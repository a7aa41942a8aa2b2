// Temporal's server and its SQL tool, built once from the Go module proxy and kept beside the engine's binaries.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { engineCache } from '../../dist/engine/cache.js';

const MODULE = join(import.meta.dirname, 'build');
const PACKAGES = { server: 'go.temporal.io/server/cmd/server', sql: 'go.temporal.io/server/cmd/tools/sql' };

/** The version of the server, which is the one in the dev server that mcpa fetches. */
export const SERVER_VERSION = /\bgo\.temporal\.io\/server v(\S+)/.exec(
  readFileSync(join(MODULE, 'go.mod'), 'utf8'),
)[1];

/** Paths of `server` and `sql`; the first time, a build of some two minutes. */
export async function binaries(note) {
  const folder = join(dirname(engineCache(process.env)), 'cluster', SERVER_VERSION);
  const found = Object.fromEntries(Object.keys(PACKAGES).map((name) => [name, join(folder, name)]));
  if (Object.values(found).every(existsSync)) return found;
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, '.build-'));
  try {
    for (const file of ['go.mod', 'go.sum']) copyFileSync(join(MODULE, file), join(work, file));
    await goBuild(work, note);
    for (const name of Object.keys(PACKAGES)) renameSync(join(work, name), found[name]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return found;
}

async function goBuild(work, note) {
  const begun = Date.now();
  const report = () =>
    note(
      `building Temporal ${SERVER_VERSION} with Go: 2-5 minutes once, ${Math.round((Date.now() - begun) / 1000)} s so far`,
    );
  report();
  const timer = setInterval(report, 10_000);
  const env = { ...process.env, GOWORK: 'off', CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false' };
  const args = ['build', '-trimpath', '-ldflags=-s -w', '-o', `${work}/`, ...Object.values(PACKAGES)];
  const child = spawn('go', args, { cwd: work, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-4000);
  });
  const status = await new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(error.code === 'ENOENT' ? new Error('go was not found: install Go 1.26 or newer') : error),
    );
    child.on('close', resolve);
  }).finally(() => clearInterval(timer));
  if (status !== 0) throw new Error(`go build ended with ${status}:\n${errors}`);
}
