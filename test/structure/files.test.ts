import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '../../src');

const EXPORT = /^export (?:async )?(?:function\*?|const|class|abstract class|interface|type|enum) (\w+)/gm;

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => {
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    return {
      path: relative(source, join(entry.parentPath, entry.name)),
      folder: relative(source, entry.parentPath),
      name: entry.name.slice(0, -3),
      lines: text.split('\n').length - 1,
      exports: [...text.matchAll(EXPORT)].map((match) => match[1]!),
    };
  });

test('no source file has more than 300 lines, and half of them no more than 80', () => {
  expect(files.filter((file) => file.lines > 300).map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
  const sorted = files.map((file) => file.lines).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80);
});

test('no folder has more than ten source files', () => {
  const count = new Map<string, number>();
  for (const { folder } of files) count.set(folder, (count.get(folder) ?? 0) + 1);
  expect([...count].filter(([, n]) => n > 10).map(([folder, n]) => `src/${folder}: ${n}`)).toEqual([]);
});

test('no file or folder has a name that says nothing', () => {
  const vague = /(^|\/)(utils?|helpers?|lib|common|misc)(\/|\.ts$)/;
  expect(files.map((file) => file.path).filter((path) => vague.test(path))).toEqual([]);
});

/** Named after what they give: the text of a page, the link to a run. */
const named = new Set(['fetch/text.ts', 'cli/render/link.ts']);

test('a file with a single export is named after it', () => {
  const strangers = files.filter(
    ({ path, name, exports }) =>
      name !== 'index' &&
      !named.has(path) &&
      exports.length === 1 &&
      !shareWord(words(name), words(exports[0]!)),
  );
  expect(strangers.map((file) => `${file.path} exports ${file.exports[0]}`)).toEqual([]);
});

function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_.]/);
}

/** Plurals and endings differ (`runs.ts`, `runCommands`), so that beginnings are compared. */
function shareWord(some: string[], others: string[]): boolean {
  const begins = (long: string, short: string) => long.startsWith(short.slice(0, 4));
  return some.some((a) => others.some((b) => begins(a, b) || begins(b, a)));
}
