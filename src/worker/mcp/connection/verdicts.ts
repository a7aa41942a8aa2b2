import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpServerConfig } from '../../../config/types.js';

export type Era = 'legacy' | 'modern';

/** An upgraded server still answers `initialize`, so a verdict must not hold for ever. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

/** Which era each server speaks, remembered on disk so that workers needn't probe. */
export class Verdicts {
  readonly #memory = new Map<string, { era: Era; at: number }>();

  constructor(readonly folder: string | undefined) {}

  get(server: McpServerConfig): Era | undefined {
    const key = keyOf(server);
    const known = this.#memory.get(key) ?? this.#read(key);
    return known !== undefined && Date.now() - known.at < MAX_AGE_MS ? known.era : undefined;
  }

  set(server: McpServerConfig, era: Era): void {
    const key = keyOf(server);
    const verdict = { era, at: Date.now() };
    this.#memory.set(key, verdict);
    if (this.folder === undefined) return;
    try {
      mkdirSync(this.folder, { recursive: true });
      // By rename: another worker may be reading.
      const temporary = join(this.folder, `${key}.${process.pid}.tmp`);
      writeFileSync(temporary, JSON.stringify(verdict));
      renameSync(temporary, this.#file(key));
    } catch {
      // A full or read-only disk costs a probe, no more.
    }
  }

  forget(server: McpServerConfig): void {
    const key = keyOf(server);
    this.#memory.delete(key);
    if (this.folder !== undefined) rmSync(this.#file(key), { force: true });
  }

  #read(key: string): { era: Era; at: number } | undefined {
    if (this.folder === undefined) return undefined;
    try {
      const read = JSON.parse(readFileSync(this.#file(key), 'utf8')) as { era?: unknown; at?: unknown };
      if ((read.era === 'legacy' || read.era === 'modern') && typeof read.at === 'number') {
        return { era: read.era, at: read.at };
      }
    } catch {
      // Absent or damaged: probe.
    }
    return undefined;
  }

  #file(key: string): string {
    return join(this.folder ?? '', `${key}.json`);
  }
}

function keyOf({ transport, command, args, cwd, url }: McpServerConfig): string {
  const identity = JSON.stringify(url === undefined ? [transport, command, args, cwd] : [transport, url]);
  return `mcp-${createHash('sha256').update(identity).digest('hex').slice(0, 24)}`;
}
