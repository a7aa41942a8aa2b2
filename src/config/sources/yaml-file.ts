import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { McpaError } from '../../core/index.js';
import type { ConfigProblem } from '../problems.js';

export type Tree = { [key: string]: unknown };
export interface Place {
  line: number;
  column: number;
}
export interface YamlFile {
  path: string;
  /** As shown in problems and origins. */
  name: string;
  value: Tree;
  places: Map<string, Place>;
  problems: ConfigProblem[];
}

/** Keys may hold dots (retry patterns), so that a joined path needs another separator inside. */
export const pathKey = (path: readonly PropertyKey[]): string => path.map(String).join('\u0000');

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, ' ');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'EISDIR') {
      throw new McpaError('CONFIG_NOT_FOUND', `there is no config file ${path}`, {
        hint: 'correct --config, or create a project with `mcpa init`',
        cause: error,
      });
    }
    throw new McpaError('PERMISSION', `can't read ${path}: ${code}`, {
      hint: 'make the file readable for this user',
      cause: error,
    });
  }
}

/** Reads a YAML file with the place of each key; what doesn't parse is a problem, not an exception. */
export function readYaml(path: string, name: string): YamlFile {
  return parseYaml(readText(path), path, name);
}

/** Levels of a file: readers go down by recursion, and no config needs half as many. */
const DEEPEST = 64;

/** Reads YAML text; a list at its top is put under the key `list`, where one is given. */
export function parseYaml(text: string, path: string, name: string, list?: string): YamlFile {
  const lines = new LineCounter();
  const file: YamlFile = { path, name, value: {}, places: new Map(), problems: [] };
  const problem = (offset: number, message: string, fix: string) => {
    const { line, col } = lines.linePos(offset);
    file.problems.push({ file: name, line, column: col, key: '', problem: message, fix });
  };
  let document: ReturnType<typeof parseDocument>;
  let value: unknown;
  try {
    // What it would warn of goes to stderr, values and all.
    const quiet = { prettyErrors: false, logLevel: 'silent' } as const;
    // It compares each key with each other one: `walk` asks a set.
    const keys = { merge: true, stringKeys: true, uniqueKeys: false };
    document = parseDocument(text, { lineCounter: lines, ...keys, ...quiet });
    if (document.errors.length === 0) value = document.toJS();
    // The parser takes its own end for one of the file's.
    const deep = document.errors.find(({ message }) => /call stack/i.test(message));
    if (deep !== undefined) throw new RangeError(deep.message);
  } catch (error) {
    const deep = error instanceof RangeError;
    const fix = deep ? 'write it flatter' : 'quote a value that starts with `*` or `&`';
    problem(0, `not valid YAML: ${deep ? 'nested too deeply' : saying(error as Error)}`, fix);
    return file;
  }
  // `*:` unquoted is mcp-agent's documented spelling; the parser stumbles only later, at another line.
  const star = /^[ \t]*\*[^\n]*:[ \t]*$/m.exec(text);
  if (star !== null && document.errors.length > 0) {
    const at = star.index + star[0].indexOf('*');
    problem(at, 'not valid YAML: a key starts with `*`', 'put the key in quotes: `"*":`');
    return file;
  }
  for (const error of document.errors)
    problem(error.pos[0], `not valid YAML: ${saying(error)}`, yamlFix(error.message, text, error.pos[0]));
  if (document.errors.length > 0 || value === null || value === undefined) return file;
  const top = list !== undefined && Array.isArray(value) ? [list] : [];
  if (top.length > 0) value = { [top[0]!]: value };
  if (!isTree(value)) {
    const fix = 'start it with a key such as `execution_engine: temporal`';
    problem(0, 'the file must be a mapping of keys', fix);
    return file;
  }
  if (!isFlat(value)) {
    problem(0, `has more than ${DEEPEST} levels`, 'write it flatter');
    return file;
  }
  file.value = value;
  const place = (path: string[], offset: number | undefined) => {
    if (offset === undefined) return;
    const { line, col } = lines.linePos(offset);
    file.places.set(pathKey(path), { line, column: col });
  };
  // Not into aliases: a few of them can stand for millions of places. What is in one is told at its key.
  const walk = (node: unknown, path: string[]): void => {
    if (isMap(node)) {
      const keys = new Set<string>();
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
        const offset = (pair.key as Node | null)?.range?.[0];
        if (keys.has(key))
          problem(offset ?? 0, 'not valid YAML: Map keys must be unique', 'remove one of the two');
        keys.add(key);
        if (key === '__proto__') problem(offset ?? 0, 'no key can be called `__proto__`', 'rename it');
        place([...path, key], offset);
        walk(pair.value, [...path, key]);
      }
    } else if (isSeq(node)) {
      node.items.forEach((item, i) => {
        place([...path, String(i)], (item as Node | null)?.range?.[0]);
        walk(item, [...path, String(i)]);
      });
    }
  };
  walk(document.contents, top);
  return file;
}

/** What the parser says, without what it quotes: that may be a key that stands in the wrong place. */
function saying({ message }: Error): string {
  return message.replace(/(?<=\S): .*$/s, '');
}

function isFlat(value: unknown, level = 0): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return level < DEEPEST && Object.values(value).every((item) => isFlat(item, level + 1));
}

function yamlFix(message: string, text: string, offset: number): string {
  if (/tab/i.test(message)) return 'indent with spaces';
  if (/[*&]/.test(text[offset] ?? '')) return 'put a key or value that starts with `*` or `&` in quotes';
  return 'correct the line; check indentation, colons and quotes';
}

/** The place of a path, or of the nearest key above it. */
export function placeOf(file: YamlFile, path: readonly PropertyKey[]): Place | undefined {
  for (let n = path.length; n > 0; n--) {
    const place = file.places.get(pathKey(path.slice(0, n)));
    if (place) return place;
  }
  return undefined;
}
