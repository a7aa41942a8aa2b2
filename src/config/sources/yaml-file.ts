import { readFileSync } from 'node:fs';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
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

/** Reads YAML text; a list at its top is put under the key `list`, where one is given. */
export function parseYaml(text: string, path: string, name: string, list?: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const file: YamlFile = { path, name, value: {}, places: new Map(), problems: [] };
  const problem = (offset: number, message: string, fix: string) => {
    const { line, col } = lines.linePos(offset);
    file.problems.push({ file: name, line, column: col, key: '', problem: message, fix });
  };
  // `*:` unquoted is mcp-agent's documented spelling; the parser stumbles only later, at another line.
  const star = /^[ \t]*\*[^\n]*:[ \t]*$/m.exec(text);
  if (star !== null && document.errors.length > 0) {
    const at = star.index + star[0].indexOf('*');
    problem(at, 'not valid YAML: a key starts with `*`', 'put the key in quotes: `"*":`');
    return file;
  }
  for (const error of document.errors) {
    problem(error.pos[0], `not valid YAML: ${error.message}`, yamlFix(error.message, text, error.pos[0]));
  }
  if (document.errors.length > 0) return file;
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    problem(0, `not valid YAML: ${(error as Error).message}`, 'quote a value that starts with `*` or `&`');
    return file;
  }
  if (value === null || value === undefined) return file;
  const top = list !== undefined && Array.isArray(value) ? [list] : [];
  if (top.length > 0) value = { [top[0]!]: value };
  if (!isTree(value)) {
    problem(
      0,
      'the file must be a mapping of keys',
      'start it with a key such as `execution_engine: temporal`',
    );
    return file;
  }
  file.value = value;
  const place = (path: string[], offset: number | undefined) => {
    if (offset === undefined) return;
    const { line, col } = lines.linePos(offset);
    file.places.set(pathKey(path), { line, column: col });
  };
  const walk = (given: unknown, path: string[]): void => {
    const node = isAlias(given) ? given.resolve(document) : given;
    if (isMap(node)) {
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
        place([...path, key], (pair.key as Node | null)?.range?.[0]);
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

function yamlFix(message: string, text: string, offset: number): string {
  if (/tab/i.test(message)) return 'indent with spaces';
  if (/unique/i.test(message)) return 'remove one of the two';
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
