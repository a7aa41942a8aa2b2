import { readdirSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';

const SOURCE = /\.(?:ts|mts|cts|tsx|js|mjs|cjs|jsx)$/;
const NOT_SOURCE = /\.d\.[mc]?ts$|\.(?:test|spec)\.[mc]?[jt]sx?$/;
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.git', '.mcpa']);

/** Absolute paths of the source files that match, sorted. A folder stands for all sources below it. */
export function findFiles(projectDir: string, patterns: string[]): string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    for (const file of expand(projectDir, pattern)) {
      if (SOURCE.test(file) && !NOT_SOURCE.test(basename(file))) found.add(file);
    }
  }
  return [...found].sort();
}

function expand(projectDir: string, pattern: string): string[] {
  const path = isAbsolute(pattern) ? pattern : resolve(projectDir, pattern);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) return [path];
  if (stat?.isDirectory()) return walk(path);
  const normal = path.split(sep).join('/');
  const parts = normal.split('/');
  const magic = parts.findIndex((part) => /[*?{[]/.test(part));
  if (magic < 0) return [];
  const base = parts.slice(0, magic).join('/') || '/';
  const matcher = globToRegExp(parts.slice(magic).join('/'));
  return walk(base).filter((file) => matcher.test(relative(base, file).split(sep).join('/')));
}

function walk(folder: string): string[] {
  const files: string[] = [];
  let entries: ReturnType<typeof readFolder>;
  try {
    entries = readFolder(folder);
  } catch {
    // A folder that does not exist or can't be read matches nothing; no match at all is reported by the caller.
    return files;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name)) files.push(...walk(path));
    } else if (
      entry.isFile() ||
      (entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isFile())
    ) {
      files.push(path);
    }
  }
  return files;
}

function readFolder(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

/** `**`, `*`, `?`, `{a,b}` and `[abc]`: `fs.glob` needs Node 22. */
export function globToRegExp(glob: string): RegExp {
  let text = '';
  let depth = 0;
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i]!;
    if (char === '*' && glob[i + 1] === '*') {
      const slash = glob[i + 2] === '/';
      text += slash ? '(?:[^/]+/)*' : '.*';
      i += slash ? 2 : 1;
    } else if (char === '*') text += '[^/]*';
    else if (char === '?') text += '[^/]';
    else if (char === '{') {
      text += '(?:';
      depth++;
    } else if (char === '}' && depth > 0) {
      text += ')';
      depth--;
    } else if (char === ',' && depth > 0) text += '|';
    else if (char === '[') {
      const end = glob.indexOf(']', i);
      if (end < 0) text += '\\[';
      else {
        text += `[${glob.slice(i + 1, end).replace(/^!/, '^')}]`;
        i = end;
      }
    } else text += char.replace(/[.+^$()|\\}\]]/g, '\\$&');
  }
  return new RegExp(`^${text}$`);
}
