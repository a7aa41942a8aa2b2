import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const bin = resolve(import.meta.dirname, '../../bin/mcpa.js');

/** What a command loaded: coverage lists every script that ran. */
function packagesLoadedBy(...args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'mcpa-loaded-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync(process.execPath, [bin, ...args], { env: { ...process.env, NODE_V8_COVERAGE: folder } });
  const [report] = readdirSync(folder);
  const { result } = JSON.parse(readFileSync(join(folder, report!), 'utf8')) as { result: { url: string }[] };
  // A file of the packed command names the modules that it is made of.
  const paths = result.flatMap(({ url }) => {
    const packed = /\/dist\/command\/[^/]+$/.test(url);
    return packed
      ? (readFileSync(new URL(url), 'utf8').match(/^\/\/ (?:.*\/)?node_modules\/.*$/gm) ?? [])
      : [url];
  });
  const found = paths.map((path) => /[/ ]node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(found.filter((name) => name !== undefined))];
}

test.each(['--help', 'run --help', '--version'])('%s loads commander, and chalk at most', (line) => {
  const packages = packagesLoadedBy(...line.split(' '));
  expect(packages).toContain('commander');
  expect(packages.filter((name) => !['commander', 'chalk'].includes(name))).toEqual([]);
});
