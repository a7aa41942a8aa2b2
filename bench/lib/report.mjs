import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');
const DOCS = join(repository, 'docs');
const DOCUMENT = join(DOCS, 'benchmarks.md');
const HEAD = `# Benchmarks

Written by \`npm run bench -- --write\`; what each measures and how: [bench/README.md](../bench/README.md).
A ratio is mcpa's figure divided by its peer's in the same round, so a busy machine moves both. Figures are min / **median** / max over the rounds.
`;

/** Everything that a figure depends on. */
export function conditions(bench, loadBefore) {
  const version = (name) => {
    const file = join(repository, 'node_modules', name, 'package.json');
    return JSON.parse(readFileSync(file, 'utf8')).version;
  };
  const own = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).version;
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    rounds: bench.rounds,
    mcpa: `${own} (${git('rev-parse', '--short', 'HEAD')})`,
    node: process.versions.node,
    temporalSdk: version('@temporalio/worker'),
    mcpClient: version('@modelcontextprotocol/client'),
    ...(bench.engineVersion && { engine: bench.engineVersion }),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
    load: `${loadBefore} before, ${bench.load()} after`,
  };
}

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
  } catch {
    return 'no git';
  }
}

export function textOf({ measures }) {
  return measures.flatMap(linesOf).join('\n');
}

function linesOf(measure) {
  if (measure.rows) return [measure.title, ...aligned([measure.columns, ...measure.rows.map(cellsOf)])];
  const { title, unit, digits, ratio, ours, theirs, peers, goal, met, value, note } = measure;
  const verdict = goal ? `  goal ${goalText(goal)}: ${met ? 'met' : 'MISSED'}` : '';
  if (!ratio) return [`${title}: ${value.toFixed(digits)} ${unit}${verdict}`, ...(note ? [`  ${note}`] : [])];
  const width = Math.max(peers.ours.length, peers.theirs.length);
  return [
    `${title}: ratio ${three(ratio, 2)}${verdict}`,
    `  ${peers.ours.padEnd(width)}  ${three(ours, digits)} ${unit}`,
    `  ${peers.theirs.padEnd(width)}  ${three(theirs, digits)} ${unit}`,
  ];
}

const three = ({ min, median, max }, digits) => [min, median, max].map((n) => n.toFixed(digits)).join(' / ');

const goalText = ({ min, max }) => (max === undefined ? `≥ ${min}` : `≤ ${max}`);

const cellsOf = (row) =>
  row.map((cell) => (typeof cell === 'number' ? Math.round(cell).toLocaleString('en') : (cell ?? '–')));

function aligned(rows) {
  const widths = rows[0].map((_, n) => Math.max(...rows.map((row) => row[n].length)));
  return rows.map((row) => `  ${row.map((cell, n) => cell.padEnd(widths[n])).join('  ')}`.trimEnd());
}

/** Replaces this measure's section in docs/benchmarks.md, and keeps the others. */
export function writeDocument(result) {
  const text = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : HEAD;
  const from = text.indexOf(`\n## ${result.name}\n`);
  const next = from < 0 ? -1 : text.indexOf('\n## ', from + 1);
  const before = from < 0 ? text : text.slice(0, from);
  writeFileSync(DOCUMENT, before + sectionOf(result) + (next < 0 ? '' : text.slice(next)));
  for (const { plot } of result.measures) if (plot) writeFileSync(join(DOCS, plot.file), plot.svg);
  return DOCUMENT;
}

function sectionOf({ name, measures, conditions: about }) {
  const versions = [`mcpa ${about.mcpa}`, `Node ${about.node}`, `Temporal SDK ${about.temporalSdk}`];
  versions.push(`MCP client ${about.mcpClient}`, ...(about.engine ? [`engine ${about.engine}`] : []));
  const parts = [
    `## ${name}`,
    ...blocksOf(measures),
    `${about.date} UTC · ${about.rounds} rounds · ${versions.join(', ')} · ${about.machine} · load ${about.load}`,
  ];
  return `\n${parts.join('\n\n')}\n`;
}

function blocksOf(measures) {
  const ratios = measures.filter(({ ratio }) => ratio);
  const figures = measures.filter(({ ratio, rows }) => !ratio && !rows);
  const tables = measures.filter(({ rows }) => rows);
  return [
    ...(ratios.length > 0 ? [table(['measure', 'mcpa', 'peer', 'ratio', 'goal'], ratios.map(ratioRow))] : []),
    ...(figures.length > 0 ? [table(['figure', 'value', 'goal', 'of'], figures.map(figureRow))] : []),
    ...tables.flatMap(({ title, columns, rows, plot }) => [
      `${title}:`,
      table(columns, rows.map(cellsOf)),
      ...(plot ? [`![${title}](${plot.file})`] : []),
    ]),
  ];
}

function ratioRow({ title, unit, digits, ratio, ours, theirs, peers, goal, met }) {
  const bold = ({ min, median, max }, places) =>
    `${min.toFixed(places)} / **${median.toFixed(places)}** / ${max.toFixed(places)}`;
  const sides = [`${peers.ours}: ${bold(ours, digits)}`, `${peers.theirs}: ${bold(theirs, digits)}`];
  return [`${title}, ${unit}`, ...sides, bold(ratio, 2), verdictOf(goal, met)];
}

const figureRow = ({ title, unit, digits, value, goal, met, note }) => [
  title,
  `**${value.toFixed(digits)}** ${unit}`,
  verdictOf(goal, met),
  note ?? '',
];

const verdictOf = (goal, met) => (goal ? `${goalText(goal)} ${met ? 'met' : 'missed'}` : '');

const table = (columns, rows) =>
  [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
