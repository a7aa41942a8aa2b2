// Counts the lines that a user writes for each pattern of mcp-agent's page, in mcp-agent, mcpa and plain Temporal, and
// writes the table of docs/from-mcp-agent.md; a test keeps it true. Counted are lines of code: without blank lines,
// comments, imports, and what stands in doc comments.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');
const DOCUMENT = resolve(repository, 'docs/from-mcp-agent.md');
const TABLE = /(<!-- lines: scripts\/write-line-counts\.mjs -->\n)[\s\S]*?(<!-- \/lines -->)/;

const page = (name) => [`examples/mcp-agent/${name}.py`];
const mcpa = (name) => [`examples/temporal/workflows/${name}.ts`];
const plain = (name) => [`examples/plain-temporal/src/workflows/${name}.ts`];

/** By row: files of mcp-agent, of mcpa, of plain Temporal. */
export const ROWS = [
  ['one agent', page('simple_agent'), mcpa('simple-agent'), plain('simple-agent')],
  ['planner and executor', page('orchestrator'), mcpa('orchestrator'), plain('orchestrator')],
  ['fan-out, fan-in', page('parallel'), mcpa('parallel'), plain('parallel')],
  [
    'a person in between',
    page('interactive_review'),
    mcpa('interactive-review'),
    plain('interactive-review'),
  ],
  ['signals `pause`, `resume`', page('controllable'), mcpa('controllable'), plain('controllable')],
  [
    'worker script',
    page('worker'),
    ['templates/basic/worker.mjs'],
    ['examples/plain-temporal/src/worker.ts'],
  ],
  [
    'start and result',
    page('execute'),
    ['templates/basic/execute.mjs'],
    ['examples/plain-temporal/src/execute.ts'],
  ],
  [
    'model call, tool call, agent loop',
    [],
    [],
    ['examples/plain-temporal/src/activities.ts', 'examples/plain-temporal/src/agent.ts'],
  ],
];

/** Lines of code of a file. */
export function linesOf(file) {
  const text = readFileSync(resolve(repository, file), 'utf8');
  return (file.endsWith('.py') ? pythonLines(text) : scriptLines(text)).length;
}

function pythonLines(text) {
  return codeOf(text.replace(/^\s*#.*$/gm, '').replace(/^(import|from) .*$/gm, ''));
}

function scriptLines(text) {
  const uncommented = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return codeOf(uncommented.replace(/^import\b[^;]*;/gm, ''));
}

function codeOf(text) {
  return text.split('\n').filter((line) => line.trim() !== '');
}

export function lineTable() {
  const sum = (files) => files.reduce((lines, file) => lines + linesOf(file), 0);
  const counts = ROWS.map(([name, ...columns]) => [name, ...columns.map(sum)]);
  const totals = [1, 2, 3].map((column) => counts.reduce((lines, row) => lines + row[column], 0));
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(['pattern', 'mcp-agent', 'mcpa', 'plain Temporal']),
    '|---|--:|--:|--:|',
    ...counts.map(([name, ...cells]) => line([name, ...cells.map((cell) => (cell === 0 ? '–' : cell))])),
    line(['**all**', ...totals.map((total) => `**${total}**`)]),
    '',
  ].join('\n');
}

/** The document with its table as it is now. */
export function withTable(text) {
  if (!TABLE.test(text)) throw new Error('docs/from-mcp-agent.md has no place for the table');
  return text.replace(TABLE, (_, begin, end) => `${begin}${lineTable()}${end}`);
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8')));
