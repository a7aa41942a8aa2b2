import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import jsonc, { type ParseError } from 'jsonc-parser';
import { isMcpaError, McpaError } from '../../core/index.js';
import type { ClientFile } from './client-files.js';

/** A client's file as it is, and as it would be with an entry: all else stays, comments and indentation too. */
export interface FileEdit {
  path: string;
  /** Undefined: there is no file yet. */
  before: string | undefined;
  after: string;
}

/** Puts an entry into a client's file; what a user added to it (`env`) stays. */
export function withEntry(file: ClientFile, name: string, entry: Record<string, unknown>): FileEdit {
  const { path, key } = file;
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  // Some editors begin a file with it; no JSON has it.
  const bom = before?.startsWith(BOM) ? BOM : '';
  const written = before?.slice(bom.length) ?? '';
  const text = written.trim() === '' ? '{}\n' : written;
  const servers = serversOf(file, text);
  refuseTwice(file, text, name);
  const known = servers[name];
  if (known !== undefined && !isObject(known)) throw notAnObject(path, `${key}.${name}`);
  const merged = { ...known, ...entry };
  if (known && JSON.stringify(known) === JSON.stringify(merged)) return { path, before, after: bom + text };
  const edits = jsonc.modify(text, [key, name], merged, { formattingOptions: formatOf(text) });
  const after = jsonc.applyEdits(text, edits);
  return { path, before, after: bom + (after.endsWith('\n') ? after : `${after}\n`) };
}

const BOM = '\uFEFF';

/** Whoever reads meanwhile sees the old file or the new one; a link stays one. */
export function writeEdit({ path, after }: FileEdit): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const target = existsSync(path) ? realpathSync(path) : path;
    const mode = existsSync(target) ? statSync(target).mode & 0o777 : 0o644;
    const part = `${target}.${process.pid}.part`;
    writeFileSync(part, after, { mode });
    renameSync(part, target);
  } catch (error) {
    if (isMcpaError(error)) throw error;
    throw new McpaError('PERMISSION', `${path} can't be written: ${(error as Error).message}`, {
      hint: 'make it a file that you may write, or add the entry that the diff shows by hand',
      cause: error,
    });
  }
}

function serversOf({ path, key, comments }: ClientFile, text: string): Record<string, unknown> {
  const errors: ParseError[] = [];
  const root: unknown = jsonc.parse(text, errors, {
    allowTrailingComma: comments,
    disallowComments: !comments,
  });
  const [first] = errors;
  if (first) {
    const place = placeOf(path, text, first.offset);
    throw notWritten(`${place}: ${jsonc.printParseErrorCode(first.error)}`);
  }
  if (!isObject(root)) throw notAnObject(path, 'the file');
  const servers = root[key] ?? {};
  if (!isObject(servers)) throw notAnObject(path, key);
  return servers;
}

/** Of a key that stands twice the last one counts, and the first one would be edited. */
function refuseTwice({ path, key }: ClientFile, text: string, name: string): void {
  let object = jsonc.parseTree(text);
  for (const each of [key, name]) {
    const found = (object?.children ?? []).filter(({ children }) => children?.[0]?.value === each);
    const [property, again] = found;
    if (again)
      throw notWritten(`${placeOf(path, text, again.offset)}: ${JSON.stringify(each)} stands there twice`);
    object = property?.children?.[1];
  }
}

function placeOf(path: string, text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${path}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

function notWritten(problem: string): McpaError {
  return new McpaError('INPUT_NOT_JSON', `${problem}; nothing was written`, {
    hint: 'correct the file at this line and column',
  });
}

function notAnObject(path: string, what: string): McpaError {
  return new McpaError('INPUT_NOT_JSON', `${path}: ${what} is no JSON object; nothing was written`, {
    hint: 'mend or remove it',
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function formatOf(text: string) {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
