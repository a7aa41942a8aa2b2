import { type Dirent, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.git', '.mcpa']);

/** Absolute paths of the files that a path or glob stands for, sorted; a folder stands for all files below it. */
export function matchFiles(folder: string, pattern: string): string[] {
  const path = isAbsolute(pattern) ? pattern : resolve(folder, pattern);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) return [path];
  if (stat?.isDirectory()) return walk(path).sort();
  const normal = path.split(sep).join('/');
  const parts = normal.split('/');
  const magic = parts.findIndex((part) => /[*?{[]/.test(part));
  if (magic < 0) return [];
  const base = parts.slice(0, magic).join('/') || '/';
  const matcher = globToRegExp(parts.slice(magic).join('/'));
  return walk(base)
    .filter((file) => matcher.test(relative(base, file).split(sep).join('/')))
    .sort();
}

function walk(folder: string): string[] {
  const files: string[] = [];
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
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
