import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start } from '../processes.js';
import { type Project, repository } from '../project.js';
import { tailProject } from './project.js';
import { Terminal } from './terminal.js';

const SIZES = [
  [80, 24],
  [120, 40],
] as const;

/** The command in a pseudo-terminal of its own; everything it wrote. */
async function inTerminal(project: Project, columns: number, rows: number, args: string[]): Promise<string> {
  const words = [process.execPath, join(repository, 'bin/mcpa.js'), ...args].map((word) =>
    JSON.stringify(word),
  );
  const inner = `stty cols ${columns} rows ${rows} -onlcr; exec ${words.join(' ')}`;
  const env = { ...project.env, TERM: 'xterm-256color', NO_COLOR: undefined, CI: undefined };
  const argv =
    process.platform === 'linux' ? ['-qfec', inner, '/dev/null'] : ['-q', '/dev/null', 'sh', '-c', inner];
  const finished = await start('script', argv, project.dir, env).done;
  expect(finished.status, finished.stdout).toBe(0);
  return finished.stdout;
}

function seen(output: string, columns: number, rows: number): Terminal {
  const terminal = new Terminal(columns, rows);
  // Line ends of a terminal go to the line's beginning.
  terminal.write(output.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'));
  return terminal;
}

const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;

test.each(SIZES)(
  'a run of 300 turns at %i×%i: within the window, three lines a turn, no spinner left',
  async (columns, rows) => {
    await using project = await tailProject();
    await project.worker();
    const turns = 300;
    const args = ['run', 'TurnsWorkflow', '--args', `[${turns}]`];
    const output = await inTerminal(project, columns, rows, args);
    const terminal = seen(output, columns, rows);
    expect(terminal.mostUp).toBeGreaterThan(0);
    expect(terminal.mostUp).toBeLessThanOrEqual(rows - 1);
    const lines = terminal.transcript.filter(Boolean);
    expect(lines.filter((line) => SPINNER.test(line))).toEqual([]);
    const first = lines.findIndex((line) => line.startsWith('TurnsWorkflow '));
    const last = lines.findLastIndex((line) => line.startsWith(`● long turn ${turns} `));
    const told = lines.slice(first + 1, last + 1);
    expect(told.filter((line) => line.startsWith('● long turn '))).toHaveLength(turns);
    expect(told.length).toBeLessThanOrEqual(3 * turns);
    expect(told.filter((line) => /✓ .*fixture\.echo ×3/.test(line)).length).toBe(turns - 1);
    expect(told.filter((line) => /✗ fixture\.fail: no luck/.test(line)).length).toBe(turns - 1);
    expect(told.filter((line) => [...line].length > columns)).toEqual([]);
  },
  240_000,
);

test.each(SIZES)(
  '30 agents in parallel at %i×%i: the tree stays within the window',
  async (columns, rows) => {
    await using project = await tailProject();
    await project.worker();
    const run = await project.mcpa(['run', 'CrowdWorkflow', '--args', '[30]', '--detach']).done;
    const output = await inTerminal(project, columns, rows, ['tail', run.stdout.trim()]);
    const terminal = seen(output, columns, rows);
    expect(terminal.mostUp).toBeGreaterThan(Math.min(20, rows - 4));
    expect(terminal.mostUp).toBeLessThanOrEqual(rows - 1);
    const lines = terminal.transcript.filter(Boolean);
    expect(lines.filter((line) => SPINNER.test(line))).toEqual([]);
    expect(lines.filter((line) => /^● one of many(#\d+)? turn [12] /.test(line))).toHaveLength(60);
    expect(lines.filter((line) => line.startsWith('  ')).length).toBeLessThanOrEqual(2 * 30);
    expect(lines.some((line) => /^✓ completed \(.*60 turns/.test(line))).toBe(true);
    if (rows === 24) expect(output).toMatch(/and \d+ more: /);
  },
  120_000,
);
