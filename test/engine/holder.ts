import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Another process that holds an engine; `pid` and `address` are the engine's, and absent when it found none. */
export interface Holder {
  child: ChildProcess;
  gone: Promise<unknown>;
  pid?: number;
  address?: string;
  started?: boolean;
}

const script = join(import.meta.dirname, 'share-once.mjs');

/** Resolves when the process holds the engine; `args` are those of share-once.mjs. */
export async function startHolder(...args: string[]): Promise<Holder> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const first = await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), gone]);
  if (typeof first[0] !== 'string') throw new Error(`ended with ${first[0] ?? first[1]}`);
  return { child, gone, ...JSON.parse(first[0]) };
}
