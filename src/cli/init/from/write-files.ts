import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProjectFile } from './project-files.js';

export const existing = (target: string, files: ProjectFile[]): string[] =>
  files.map(({ path }) => path).filter((path) => existsSync(join(target, path)));

export async function writeFiles(target: string, files: ProjectFile[]): Promise<void> {
  for (const { path, text, mode } of files) {
    const file = join(target, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, mode === undefined ? {} : { mode });
    // A file that is overwritten keeps its mode otherwise.
    if (mode !== undefined) await chmod(file, mode);
  }
}
