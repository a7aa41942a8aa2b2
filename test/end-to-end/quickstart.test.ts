import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort, outerEnv, processesIn, start } from './processes.js';
import { type Command, type Finished, repository } from './project.js';

const quickstart = join(repository, 'scripts/quickstart.mjs');
const ROWS = 24;
const COLUMNS = 80;
/** Colours, cursor, and hyperlinks, whose address takes no room. */
const ANSI = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\]8;[^\u001b]*\u001b\\/g;

let env: NodeJS.ProcessEnv;
let command: Command | undefined;

beforeEach(async () => {
  env = outerEnv({ TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}`, TERM: 'xterm-256color' });
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'CI']) delete env[name];
});

afterEach(async () => {
  if (command && command.child.exitCode === null) await command.stop('SIGTERM');
  const dir = projectOf(command?.stdout ?? '', command?.stderr ?? '');
  if (dir) rmSync(dirname(dir), { recursive: true, force: true });
});

function projectOf(...outputs: string[]): string | undefined {
  return /(\/\S*mcpa-quickstart-\w+\/my-agents)/.exec(outputs.join('\n'))?.[1];
}

function inTerminal(extra: NodeJS.ProcessEnv = {}): Command {
  const inner = `stty cols ${COLUMNS} rows ${ROWS}; exec ${JSON.stringify(process.execPath)} ${JSON.stringify(quickstart)}`;
  const args =
    process.platform === 'linux' ? ['-qfec', inner, '/dev/null'] : ['-q', '/dev/null', 'sh', '-c', inner];
  return start('script', args, repository, { ...env, ...extra });
}

/** What stays on the screen: a redraw moves up over lines that it replaces. */
function transcript(output: string): string[] {
  const lines: string[] = [];
  for (const raw of output.split(/\r?\n/)) {
    const up = /\u001b\[(\d+)A/.exec(raw);
    if (up) lines.splice(lines.length - Number(up[1]));
    lines.push(raw.replace(ANSI, '').replaceAll('\r', ''));
  }
  return lines;
}

async function check(finished: Finished): Promise<string> {
  const output = `${finished.stderr}${finished.stdout}`;
  expect(finished.status, output).toBe(0);
  const project = projectOf(output) ?? '';
  expect(output).toContain('read_text_file');
  expect(output).toContain('Done. I read notes.txt and wrote result.txt');
  expect(output).toMatch(/http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/\S+/);
  expect(output).toMatch(/^\s+result\.txt\r?$/m);
  expect(readFileSync(join(project, 'data/result.txt'), 'utf8')).toContain('sample data to process');
  await expect.poll(() => processesIn(dirname(project)), { timeout: 15_000 }).toEqual([]);
  return output;
}

function checkScreen(output: string): void {
  const wide = output
    .split(/\r?\n/)
    .map((line) => line.replace(ANSI, '').replaceAll('\r', ''))
    .filter((line) => [...line].length > COLUMNS);
  expect(wide).toEqual([]);
  const redrawn = [...output.matchAll(/\u001b\[(\d+)A/g)].map((match) => Number(match[1]));
  expect(redrawn.length).toBeGreaterThan(0);
  expect(Math.max(...redrawn)).toBeLessThanOrEqual(ROWS - 1);

  const lines = transcript(output);
  const from = lines.findIndex((line) => line.startsWith('DataProcessingWorkflow '));
  const to = lines.findIndex((line) => line.startsWith('Done. I read'));
  const turns = lines.slice(from + 1, to);
  expect(turns.filter((line) => /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/.test(line))).toEqual([]);
  expect(turns.length).toBeGreaterThanOrEqual(3);
  expect(turns.length).toBeLessThanOrEqual(3 * 3);
}

test('in a terminal of 80×24', async () => {
  command = inTerminal();
  const output = await check(await command.done);
  checkScreen(output);
  expect(output).toContain('\u001b[36m');
});

test('in a terminal with NO_COLOR: the same without colours', async () => {
  command = inTerminal({ NO_COLOR: '1' });
  const output = await check(await command.done);
  checkScreen(output);
  expect(output.match(/\u001b\[[0-9;]*m/g)).toBeNull();
});

test('piped: plain lines, the result on stdout, and the project can be run again as it says', async () => {
  command = start(process.execPath, [quickstart], repository, env);
  const finished = await command.done;
  const output = await check(finished);
  expect(output).not.toContain('\u001b');
  expect(finished.stdout.trim()).toBe('Done. I read notes.txt and wrote result.txt (both in data/).');
  expect(
    output.split('\n').filter((line) => /processor turn|filesystem\./.test(line)).length,
  ).toBeLessThanOrEqual(3 * 3);

  const project = projectOf(output) ?? '';
  expect(existsSync(join(project, 'node_modules/.bin/mcpa'))).toBe(true);
  command = start('npx', ['--no', 'mcpa', 'run', 'DataProcessingWorkflow', 'again', '--local'], project, env);
  const again = await command.done;
  expect(again.status, again.stderr).toBe(0);
  expect(readFileSync(join(project, 'data/result.txt'), 'utf8')).toContain('again');
  await expect.poll(() => processesIn(dirname(project)), { timeout: 15_000 }).toEqual([]);
  rmSync(dirname(project), { recursive: true, force: true });
});
