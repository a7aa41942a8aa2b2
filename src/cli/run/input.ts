import { readFileSync } from 'node:fs';
import { McpaError } from '../../core/index.js';

export interface InputFlags {
  args?: string;
  input?: string;
  inputFile?: string;
  string?: boolean;
}

const MAX_BYTES = 2 * 1024 * 1024;

/** The arguments of a run: none, one from the input, or several from --args; `fix` is for what starts like JSON only. */
export function readInput(positional: string | undefined, flags: InputFlags, fix?: string): unknown[] {
  const given = [positional, flags.input, flags.inputFile, flags.args].filter((value) => value !== undefined);
  if (given.length > 1) {
    throw new McpaError('USAGE', 'the input is given more than once', {
      hint: 'use one of: the argument, --input, --input-file, --args',
    });
  }
  if (flags.args !== undefined) return parseArgs(flags.args);
  const text = flags.inputFile === undefined ? (positional ?? flags.input) : readSource(flags.inputFile);
  if (text === undefined) return [];
  checkSize(text);
  return [flags.string ? text : parseText(text, fix)];
}

function readSource(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new McpaError('USAGE', `cannot read ${file}: ${(error as Error).message}`, {
      hint: 'name a readable file, or - for stdin',
      cause: error,
    });
  }
}

/** Text stays text, unless it starts like JSON that isn't a bare word or number. */
function parseText(text: string, fix?: string): unknown {
  return /^\s*[{["]/.test(text) ? parseJson(text, 'the input', fix) : text;
}

function parseArgs(text: string): unknown[] {
  checkSize(text);
  const value = parseJson(text, '--args', `put JSON there, an array of the arguments: --args '["text", 3]'`);
  if (Array.isArray(value)) return value;
  throw new McpaError('INPUT_NOT_JSON', '--args is not a JSON array', {
    hint: `write the arguments in brackets: --args '[${text.trim()}]'`,
  });
}

function parseJson(
  text: string,
  what: string,
  hint = 'mend the JSON, or add --string to pass it as plain text',
): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new McpaError(
      'INPUT_NOT_JSON',
      `${what} starts like JSON but is not${positionOf(error as Error, text)}`,
      {
        hint,
        cause: error,
      },
    );
  }
}

/** V8 says where, in one of two ways by version; without a place the text ended too early. */
function positionOf(error: Error, text: string): string {
  const found = /position (\d+)/.exec(error.message);
  const at = found ? Number(found[1]) : text.length;
  const before = text.slice(0, at).split('\n');
  const reason = error.message.replace(/ in JSON.*| at position.*|, ".*/s, '');
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${reason})`;
}

function checkSize(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_BYTES) return;
  throw new McpaError('INPUT_TOO_LARGE', `the input has ${bytes} bytes; the engine takes ${MAX_BYTES}`, {
    hint: 'pass the path of a file, so that an MCP server reads it',
  });
}
