import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');
const DOCUMENT = join(repository, 'docs/benchmarks.md');
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

function linesOf({ title, unit, digits, ratio, ours, theirs, peers, goal, met }) {
  const width = Math.max(peers.ours.length, peers.theirs.length);
  return [
    `${title}: ratio ${three(ratio, 2)}  goal ${goalText(goal)}: ${met ? 'met' : 'MISSED'}`,
    `  ${peers.ours.padEnd(width)}  ${three(ours, digits)} ${unit}`,
    `  ${peers.theirs.padEnd(width)}  ${three(theirs, digits)} ${unit}`,
  ];
}

const three = ({ min, median, max }, digits) => [min, median, max].map((n) => n.toFixed(digits)).join(' / ');

const goalText = ({ min, max }) => (max === undefined ? `≥ ${min}` : `≤ ${max}`);

/** Replaces this measure's section in docs/benchmarks.md, and keeps the others. */
export function writeDocument(result) {
  const text = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : HEAD;
  const from = text.indexOf(`\n## ${result.name}\n`);
  const next = from < 0 ? -1 : text.indexOf('\n## ', from + 1);
  const before = from < 0 ? text : text.slice(0, from);
  writeFileSync(DOCUMENT, before + sectionOf(result) + (next < 0 ? '' : text.slice(next)));
  return DOCUMENT;
}

function sectionOf({ name, measures, conditions: about }) {
  const bold = ({ min, median, max }, digits) =>
    `${min.toFixed(digits)} / **${median.toFixed(digits)}** / ${max.toFixed(digits)}`;
  const rows = measures.map(
    ({ title, unit, digits, ratio, ours, theirs, peers, goal, met }) =>
      `| ${title}, ${unit} | ${peers.ours}: ${bold(ours, digits)} | ${peers.theirs}: ${bold(theirs, digits)} | ${bold(ratio, 2)} | ${goalText(goal)} ${met ? 'met' : 'missed'} |`,
  );
  const engine = about.engine ? `, engine ${about.engine}` : '';
  return `
## ${name}

| measure | mcpa | peer | ratio | goal |
|---|---|---|---|---|
${rows.join('\n')}

${about.date} UTC · ${about.rounds} rounds · mcpa ${about.mcpa}, Node ${about.node}, Temporal SDK ${about.temporalSdk}, MCP client ${about.mcpClient}${engine} · ${about.machine} · load ${about.load}
`;
}
