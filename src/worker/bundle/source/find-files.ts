import { basename } from 'node:path';
import { matchFiles } from '../../../config/index.js';

const SOURCE = /\.(?:ts|mts|cts|tsx|js|mjs|cjs|jsx)$/;
const NOT_SOURCE = /\.d\.[mc]?ts$|\.(?:test|spec)\.[mc]?[jt]sx?$/;

/** Absolute paths of the source files that match, sorted. A folder stands for all sources below it. */
export function findFiles(projectDir: string, patterns: string[]): string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    for (const file of matchFiles(projectDir, pattern)) {
      if (SOURCE.test(file) && !NOT_SOURCE.test(basename(file))) found.add(file);
    }
  }
  return [...found].sort();
}
