// The figures of a session into docs/cluster.md, between its two marks.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { SERVER_VERSION } from './binaries.mjs';

const repository = resolve(import.meta.dirname, '../..');
const DOCUMENT = resolve(repository, 'docs/cluster.md');

const row = (...cells) => `| ${cells.join(' | ')} |`;

const PARTS = {
  drop: ({
    runs,
    lost,
    wrong,
    doubled,
    missing,
    unknown,
    looksRepeated,
    modelCalls,
    modelCallsAgain,
    machines,
  }) => [
    `### A machine lost, then the frontend: ${runs} runs`,
    '',
    row('figure', 'value'),
    row('---', '---'),
    row('runs lost, results wrong', `${lost}, ${wrong}`),
    row('calls of the tool that may not be repeated: done twice, or missing', `${doubled}, ${missing}`),
    row('the same: told to the model as "outcome unknown"', unknown),
    row('calls of the tool that may be repeated, made again', looksRepeated),
    row('model calls, and those made again', `${modelCalls}, ${modelCallsAgain}`),
    row(
      'tool calls by machine (a was killed)',
      Object.entries(machines)
        .map(([name, calls]) => `${name}: ${calls}`)
        .join(', '),
    ),
  ],
  pace: (rows) => [
    '### One run alone: 5 model calls, 4 tool calls, none of which takes time',
    '',
    row('dynamic configuration', 'ms, median'),
    row('---', '---:'),
    ...rows.map(({ name, runMs }) => row(name, runMs)),
  ],
  growth: (rows) => [
    '### Runs a minute by workers',
    '',
    row('what limits', 'workers', 'runs', 'runs a minute', 'tool calls by machine'),
    row('---', '---:', '---:', '---:', '---'),
    ...rows.map(({ mode, workers, runs, perMinute, shares }) =>
      row(
        mode,
        workers,
        runs,
        perMinute,
        Object.entries(shares)
          .map(([name, calls]) => `${name}: ${calls}`)
          .join(', '),
      ),
    ),
  ],
};

/** Replaces the parts that were measured, and keeps the others. */
export function writeGuide(results, { postgres, separate }) {
  let text = readFileSync(DOCUMENT, 'utf8');
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: repository,
    encoding: 'utf8',
  }).trim();
  const conditions =
    `${new Date().toISOString().slice(0, 10)} · mcpa ${commit}, Node ${process.versions.node}, Temporal ${SERVER_VERSION}, PostgreSQL ${postgres.version.split(' ')[0]} · ` +
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB · ${separate ? 'a network namespace for each worker' : 'a proxy for each worker'} · load ${loadavg()[1].toFixed(1)}`;
  for (const [name, lines] of Object.entries(PARTS)) {
    if (!results[name]) continue;
    const marks = [`<!-- cluster: ${name} -->`, `<!-- /cluster: ${name} -->`];
    const [from, to] = marks.map((mark) => text.indexOf(mark));
    if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no ${marks.join(' … ')}`);
    const part = [marks[0], ...lines(results[name]), '', conditions, ''].join('\n');
    text = text.slice(0, from) + part + text.slice(to);
  }
  writeFileSync(DOCUMENT, text);
  return DOCUMENT;
}
