import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContentPart, grouped } from '../../core/index.js';

/** The oldest go first. */
const MOST_BYTES = 1024 * 1024 * 1024;

const LONGEST_NAME = 200;

/** Results of tools that are too large for history, whole, in a folder of the worker. */
export class ResultFiles {
  constructor(
    readonly folder: string,
    readonly mostBytes = MOST_BYTES,
  ) {}

  /** Writes each part to a file of its own; what the model is told of them, or nothing where the disk refuses. */
  async keep(name: string, content: ContentPart[]): Promise<ContentPart[]> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      const kept: string[] = [];
      for (const [index, part] of content.entries()) {
        const { data, extension } = fileOf(part);
        const path = join(this.folder, `${fileName(name)}-${index + 1}.${extension}`);
        await writeFile(path, data, { mode: 0o600 });
        kept.push(`${path} (${grouped(data.length)} bytes)`);
      }
      await this.#makeRoom();
      const text = `[The result was too large for the run's history. It is whole on the worker's machine: ${kept.join(', ')}. What follows is its beginning.]`;
      return [{ type: 'text', text }];
    } catch {
      // The beginning is better than a failed call.
      return [];
    }
  }

  async #makeRoom(): Promise<void> {
    const names = await readdir(this.folder);
    const found = await Promise.all(
      names.map(async (name) => {
        const path = join(this.folder, name);
        // Another call may have made room with it.
        const { size, mtimeMs } = (await stat(path).catch(() => undefined)) ?? {};
        return size === undefined || mtimeMs === undefined ? [] : [{ path, size, mtimeMs }];
      }),
    );
    const files = found.flat();
    let left = files.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (left <= this.mostBytes) return;
      await rm(path, { force: true });
      left -= size;
    }
  }
}

/** Its end alone makes it unique, and ids of runs may be longer than names of files. */
function fileName(name: string): string {
  return name.replace(/[^\w.-]/g, '_').slice(-LONGEST_NAME);
}

function fileOf(part: ContentPart): { data: Buffer; extension: string } {
  const whole = part.type === 'resource' ? part.resource : part;
  const { text, data, blob, mimeType } = whole as Partial<
    Record<'text' | 'data' | 'blob' | 'mimeType', string>
  >;
  if (typeof text === 'string') return { data: Buffer.from(text), extension: 'txt' };
  const binary = data ?? blob;
  if (typeof binary !== 'string') return { data: Buffer.from(JSON.stringify(part)), extension: 'json' };
  const extension = /^[\w.-]+\/([\w-]+)/.exec(mimeType ?? '')?.[1] ?? 'bin';
  return { data: Buffer.from(binary, 'base64'), extension };
}
