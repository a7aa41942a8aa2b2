import { expect, test } from 'vitest';
import { uiLine } from '../../../dist/cli/render/link.js';
import { freePort, outerEnv, processesIn, start } from '../processes.js';
import { Project, repository } from '../project.js';

const COLUMNS = 60;
const LINK = /\u001b\]8;;(\S*?)\u001b\\(.*?)\u001b\]8;;\u001b\\/;
const ANSI = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\]8;[^\u001b]*\u001b\\/g;

const WAITING = `
import { waitForHumanInput } from 'mcpa/workflow';
export async function Waiting(): Promise<void> {
  await waitForHumanInput('Is anybody there?');
}
`;

test('in a narrow terminal: --until-blocked ends with 6, no line is too wide, the link is whole', async () => {
  await using project = await Project.create();
  project.write('workflows/waiting.ts', WAITING);
  const bin = `${process.execPath} ${repository}/bin/mcpa.js`;
  const inner = `stty cols ${COLUMNS} rows 24; exec ${bin} run Waiting --id a-rather-long-id-of-a-run --local --until-blocked`;
  const args =
    process.platform === 'linux' ? ['-qefc', inner, '/dev/null'] : ['-q', '/dev/null', 'sh', '-c', inner];
  const env = outerEnv({ ...project.env, TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}`, TERM: 'xterm' });
  const { status, stdout } = await start('script', args, project.dir, env).done;
  expect(status, stdout).toBe(6);
  expect(stdout).toContain('waits for a human');

  const [, address, label] = LINK.exec(stdout) ?? [];
  expect(address).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/a-rather-long-id-of-a-run$/,
  );
  expect(label).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const lines = stdout.split('\n').map((line) => line.replace(ANSI, '').replaceAll('\r', ''));
  expect(lines.filter((line) => line.length > COLUMNS)).toEqual([]);
  await expect.poll(() => processesIn(project.dir), { timeout: 15_000 }).toEqual([]);
});

test('the address is written out where it fits, and where no terminal is', () => {
  const mode = { json: false, quiet: false, verbose: false, color: false };
  const page = 'http://127.0.0.1:8233/namespaces/default/workflows/w';
  const base = 'http://127.0.0.1:8233';
  expect(uiLine(base, page, { ...mode, live: true }, 80)).toBe(`UI ${page}`);
  expect(uiLine(base, page, { ...mode, live: false }, 20)).toBe(`UI ${page}`);
  expect(uiLine(base, page, { ...mode, live: true }, 40)).toContain(`${page}\u001b\\${base}`);
});
