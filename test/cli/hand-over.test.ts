import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const bin = resolve(import.meta.dirname, '../../bin/mcpa.js');
const dir = mkdtempSync(join(tmpdir(), 'mcpa-hand-over-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a global mcpa hands over to the project’s own copy, from below it too', () => {
  const copy = join(dir, 'node_modules/mcpa');
  mkdirSync(join(copy, 'bin'), { recursive: true });
  mkdirSync(join(dir, 'deep/down'), { recursive: true });
  writeFileSync(
    join(copy, 'package.json'),
    JSON.stringify({ name: 'mcpa', version: '9.9.9', type: 'module' }),
  );
  writeFileSync(join(copy, 'bin/mcpa.js'), 'console.log("the copy", ...process.argv.slice(2));');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [bin, ...args], { cwd: join(dir, 'deep/down'), encoding: 'utf8' }).stdout;
  expect(run('run', 'X')).toBe('the copy run X\n');
  expect(JSON.parse(run('--version', '--json')).project).toMatchObject({ version: '9.9.9' });
});

test('without a copy in the project the command runs itself', () => {
  const alone = mkdtempSync(join(tmpdir(), 'mcpa-alone-'));
  const { stdout } = spawnSync(process.execPath, [bin, '--help'], { cwd: alone, encoding: 'utf8' });
  rmSync(alone, { recursive: true });
  expect(stdout).toContain('Usage: mcpa');
});
