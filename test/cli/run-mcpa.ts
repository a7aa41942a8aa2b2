import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const bin = resolve(import.meta.dirname, '../../bin/mcpa.js');

export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command with an environment that holds nothing of the caller's Temporal. */
export async function mcpa(
  args: string[],
  options: { cwd?: string; input?: string; env?: Record<string, string> } = {},
) {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, MCPA_NO_UPDATE: '1', ...options.env };
  const child = spawn(process.execPath, [bin, ...args], { cwd: options.cwd ?? tmpdir(), env });
  const out: Finished = { status: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    out.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    out.stderr += chunk.toString();
  });
  child.stdin.end(options.input ?? '');
  out.status = await new Promise((done) => child.once('close', done));
  return out;
}

/** An empty folder, gone at the end. */
export function emptyFolder(): { dir: string } & Disposable {
  const dir = mkdtempSync(join(tmpdir(), 'mcpa-cli-'));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}
