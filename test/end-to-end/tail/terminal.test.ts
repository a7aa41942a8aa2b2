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

/** One run, followed in terminals of both sizes at once. */
async function followed(project: Project, run: string[]): Promise<Array<[output: string, Terminal]>> {
  const started = await project.mcpa(['run', ...run, '--detach']).done;
  expect(started.status, started.stderr).toBe(0);
  const id = started.stdout.trim();
  return Promise.all(
    SIZES.map(async ([columns, rows]): Promise<[string, Terminal]> => {
      const output = await inTerminal(project, columns, rows, ['tail', id]);
      return [output, seen(output, columns, rows)];
    }),
  );
}

test('a run of 300 turns at 80×24 and 120×40: within the window, three lines a turn, no spinner left', async () => {
  await using project = await tailProject();
  await project.worker();
  const turns = 300;
  for (const [, terminal] of await followed(project, ['TurnsWorkflow', '--args', `[${turns}]`])) {
    expect(terminal.mostUp).toBeGreaterThan(0);
    expect(terminal.mostUp).toBeLessThanOrEqual(terminal.rows - 1);
    const lines = terminal.transcript.filter(Boolean);
    expect(lines.filter((line) => SPINNER.test(line))).toEqual([]);
    const first = lines.findIndex((line) => line.startsWith('TurnsWorkflow '));
    const last = lines.findIndex((line) => line.startsWith('✓ completed '));
    const told = lines.slice(first + 1, last);
    // Half-way its history is long: the agent goes on in a run of its own, whose lines are indented.
    expect(told.filter((line) => /^ *● .*long turn /.test(line))).toHaveLength(turns);
    expect(told.length).toBeLessThanOrEqual(3 * turns);
    expect(told.filter((line) => /✓ .*fixture\.echo ×3/.test(line)).length).toBe(turns - 1);
    expect(told.filter((line) => /✗ fixture\.fail: no luck/.test(line)).length).toBe(turns - 1);
    // Only the result, below the transcript, is broken by the terminal: it is whole.
    expect(terminal.wrapped).toBe(lines.length - last - 2);
  }
}, 240_000);

test('30 agents in parallel at 80×24 and 120×40: the tree stays within the window', async () => {
  await using project = await tailProject();
  await project.worker();
  for (const [output, terminal] of await followed(project, ['CrowdWorkflow', '--args', '[30]'])) {
    const { rows } = terminal;
    expect(terminal.mostUp).toBeGreaterThan(Math.min(20, rows - 4));
    expect(terminal.mostUp).toBeLessThanOrEqual(rows - 1);
    const lines = terminal.transcript.filter(Boolean);
    expect(lines.filter((line) => SPINNER.test(line))).toEqual([]);
    expect(lines.filter((line) => /^● one of many(#\d+)? turn [12] /.test(line))).toHaveLength(60);
    expect(lines.filter((line) => /^ {2}[✓✗·]/.test(line)).length).toBeLessThanOrEqual(2 * 30);
    expect(lines.some((line) => /^✓ completed \(.*60 turns/.test(line))).toBe(true);
    if (rows === 24) expect(output).toMatch(/and \d+ more: /);
  }
}, 120_000);
