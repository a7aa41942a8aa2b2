import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withEntry } from '../../../src/serve/index.js';
import { shapes } from '../../json/index.mjs';
import { inTerminal } from '../in-terminal.js';
import { Project } from '../project.js';
import { type AnyClient, stdioClient } from './clients.js';

let project: Project;
let home: string;

beforeAll(async () => {
  project = await Project.create();
  home = mkdtempSync(join(tmpdir(), 'mcpa-home-'));
});
afterAll(async () => {
  await project?.[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

const install = (...args: string[]) =>
  project.mcpa(['mcp', 'install', ...args], project.dir, { ...project.env, HOME: home }).done;

test('claude-code: shows the diff, writes when told to, and a second time changes nothing', async () => {
  const file = join(project.dir, '.mcp.json');
  const shown = await install('--client', 'claude-code');
  expect(shown).toMatchObject({ status: 0, stdout: '' });
  expect(shown.stderr).toContain('+     "my-agents": {');
  expect(shown.stderr).toContain('nothing was written');
  expect(existsSync(file)).toBe(false);
  const written = await install('--client', 'claude-code', '--yes', '--json');
  const told = JSON.parse(written.stdout);
  expect(shapes['mcp install'].parse(told)).toMatchObject({ changed: true, written: true, file });
  const text = readFileSync(file, 'utf8');
  expect(JSON.parse(text)).toEqual({
    mcpServers: {
      'my-agents': {
        type: 'stdio',
        command: process.execPath,
        args: [expect.stringMatching(/mcpa\.js$/), 'serve'],
      },
    },
  });
  const again = JSON.parse((await install('--client', 'claude-code', '--yes', '--json')).stdout);
  expect(again).toMatchObject({ changed: false, written: false, diff: [] });
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('vscode: comments, indentation, other servers and what was added to the entry stay', async () => {
  const file = join(project.dir, '.vscode/mcp.json');
  mkdirSync(dirname(file), { recursive: true });
  const before = `{
\t// shared with the team
\t"servers": {
\t\t"other": { "type": "http", "url": "https://example.com/mcp" }, // theirs
\t\t"agents": {
\t\t\t"command": "old",
\t\t\t"env": { "TZ": "UTC" },
\t\t},
\t},
}
`;
  writeFileSync(file, before);
  const { status, stderr } = await install('--client', 'vscode', '--name', 'agents', '--local', '--write');
  expect({ status, stderr }).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('"command": "old"'),
  });
  const after = readFileSync(file, 'utf8');
  expect(after).toContain('\t// shared with the team\n');
  expect(after).toContain('"url": "https://example.com/mcp" }, // theirs\n');
  expect(after).toMatch(/\n\t\t\t"cwd": "\$\{workspaceFolder\}"/);
  expect(after).toMatch(/"TZ": "UTC"/);
  expect(after).toMatch(/"serve",\s+"--local"/);
  expect(after).not.toContain('"old"');
});

test('cursor, for the user: the config is named, since no folder tells it', async () => {
  const { stdout } = await install('--client', 'cursor', '--scope', 'user', '--yes', '--json');
  const file = join(home, '.cursor/mcp.json');
  expect(JSON.parse(stdout)).toMatchObject({ file, written: true });
  const { command, args } = JSON.parse(readFileSync(file, 'utf8')).mcpServers['my-agents'];
  expect(args.slice(-3)).toEqual(['serve', '--config', join(project.dir, 'mcp_agent.config.yaml')]);
  // What a client would start answers.
  const started = { dir: home, env: project.env } as Project;
  const client: AnyClient = await stdioClient('2026', started, undefined, args.slice(2));
  expect(command).toBe(process.execPath);
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('DataProcessingWorkflow');
  await client.close();
});

test('a file that is wrong is left as it is, and so is a wrong question', async () => {
  const file = join(project.dir, '.cursor/mcp.json');
  mkdirSync(dirname(file), { recursive: true });
  const text = '{\n  "mcpServers": {\n    "a": ,\n  }\n}\n';
  writeFileSync(file, text);
  const { status, stderr } = await install('--client', 'cursor', '--yes');
  expect({ status, stderr }).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`error INPUT_NOT_JSON: ${file}:3:10: `),
  });
  expect(readFileSync(file, 'utf8')).toBe(text);
  for (const [wrong, place] of [
    ['{ "mcpServers": {} } // no comments here\n', `${file}:1:22: `],
    ['{ "mcpServers": [] }', 'mcpServers is no JSON object'],
    ['{ "mcpServers": { "a": 1 } }', 'mcpServers.a is no JSON object'],
    ['[]', 'the file is no JSON object'],
    ['{ "mcpServers": {},\n "mcpServers": {} }', `${file}:2:2: "mcpServers" stands there twice; nothing was`],
    ['{ "mcpServers": { "a": {}, "a": {} } }', `${file}:1:28: "a" stands there twice; nothing was written`],
  ] as const) {
    writeFileSync(file, wrong);
    const edit = () => withEntry({ path: file, key: 'mcpServers', comments: false }, 'a', {});
    expect(edit).toThrow(place);
  }
  const asked = await install('--client', 'emacs');
  expect(asked).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/error USAGE: .*"emacs"\nfix: .*claude-code, cursor, vscode/),
  });
});

test('a byte order mark stays, with an entry that is new and with one that is there', () => {
  const path = join(home, 'with-bom.json');
  const file = { path, key: 'mcpServers', comments: false };
  writeFileSync(path, '\uFEFF{ "mcpServers": {} }\n');
  const { after } = withEntry(file, 'a', { command: 'x' });
  expect(after[0]).toBe('\uFEFF');
  expect(JSON.parse(after.slice(1))).toEqual({ mcpServers: { a: { command: 'x' } } });
  writeFileSync(path, after);
  expect(withEntry(file, 'a', { command: 'x' }).after).toBe(after);
});

test.each(['\u0003', 'n'])(
  'at the question: Ctrl-C ends with its status, no is an answer (%j)',
  async (key) => {
    const folder = mkdtempSync(join(home, 'user-'));
    const { run, press } = inTerminal(
      ['mcp', 'install', '--client', 'claude-code', '--scope', 'user'],
      project.dir,
      { ...project.env, HOME: folder },
    );
    await run.output(/Write .*\?/);
    press(key);
    expect((await run.done).status).toBe(key === 'n' ? 0 : 130);
    expect(existsSync(join(folder, '.claude.json'))).toBe(false);
  },
);
