import { readFileSync } from 'node:fs';
import { McpaError } from '../../../core/index.js';
import { loadSwc, type SwcNode } from '../packages.js';

export interface ParsedSource {
  file: string;
  body: SwcNode[];
  lineOf(node: SwcNode): number;
  /** The docstring that ends right before a node. */
  docOf(node: SwcNode): string | undefined;
}

/** swc's parser options by extension; the bundle is compiled with the same. */
export function parserOptions(file: string): Record<string, unknown> {
  if (/\.[mc]?ts$/.test(file)) return { syntax: 'typescript', decorators: true };
  if (file.endsWith('.tsx')) return { syntax: 'typescript', tsx: true, decorators: true };
  // Node 20 can't parse `await using`: plain JavaScript is compiled too.
  return {
    syntax: 'ecmascript',
    jsx: true,
    decorators: true,
    explicitResourceManagement: true,
    importAttributes: true,
  };
}

// swc counts bytes from a base it does not tell, and its module starts at the first statement, not at the first
// byte: a statement of our own in front gives the base.
const MARK = ';\n';

export function parseSource(file: string): ParsedSource {
  const text = readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .replace(/^#!/, '//');
  let body: SwcNode[];
  try {
    body = loadSwc().parseSync(MARK + text, { ...parserOptions(file), target: 'esnext' }).body;
  } catch (error) {
    throw syntaxError(file, String((error as Error).message), 1);
  }
  const base = body[0]!.span.start as number;
  const bytes = Buffer.from(MARK + text);
  return {
    file,
    body: body.slice(1),
    lineOf(node) {
      const end = (node.span.start as number) - base;
      let line = 0;
      for (let i = 0; i < end; i++) if (bytes[i] === 10) line++;
      return Math.max(1, line);
    },
    docOf(node) {
      const before = bytes.subarray(0, (node.span.start as number) - base).toString();
      const text = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before)?.[1];
      return text?.replace(/^[ \t]*\*? ?/gm, '').trim() || undefined;
    },
  };
}

/** swc's message is a drawing; its place and its first line are what an editor and a person need. */
export function syntaxError(file: string, drawing: string, extraLines = 0): McpaError {
  const rows = drawing.replace(/\u001b\[[0-9;]*m/g, '').split('\n');
  const first = rows.findIndex((row) => /^\s*[x×]\s/.test(row));
  const message = (rows[first] ?? rows[0] ?? 'syntax error').replace(/^\s*[x×]\s+/, '').trim();
  const place = /\[[^\]]*?(\d+):(\d+)\]/.exec(rows.slice(Math.max(0, first)).join('\n'));
  let line = Number(place?.[1] ?? 1);
  let column = Number(place?.[2] ?? 1);
  // The bracket names the start of the excerpt; the pointer under a numbered row names the error.
  const pointer = rows.findIndex((row) => /^\s*[:·]\s+.*[\^┬─]/.test(row));
  const numbered = pointer > 0 ? /^(\s*(\d+) [|│] )/.exec(rows[pointer - 1]!) : null;
  if (numbered) {
    line = Number(numbered[2]);
    column = rows[pointer]!.search(/[\^┬─]/) - numbered[1]!.length + 1;
  }
  line = Math.max(1, line - extraLines);
  return new McpaError('WORKFLOW_SYNTAX', `${file}:${line}:${Math.max(1, column)}: ${message}`, {
    hint: 'correct the file at this line and column',
  });
}
