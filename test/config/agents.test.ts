import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { explainConfig, loadConfig } from '../../dist/config/index.js';

const CONFIG = 'mcp_agent.config.yaml';

function load(files: Record<string, string>, config = '') {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'mcpa-agents-')));
  const all = { [CONFIG]: `execution_engine: temporal\n${config}`, ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  return loadConfig({ cwd, env: {}, homeDir: join(cwd, 'home') });
}

const SERVERS = 'mcp: { servers: { web: { command: fetch } } }\n';

test('agents come from the config, YAML, JSON and Markdown, in this order of folders', async () => {
  const loaded = await load(
    {
      '.claude/agents/reviewer.md':
        '---\nname: reviewer\ndescription: Reviews.\ntools: Read, Bash\nmodel: sonnet\ncolor: red\n---\n\nYou review.\n\n---\nStrictly.\n',
      '.mcp-agent/agents/one.yaml': 'name: one\ninstruction: First.\nservers: [web]\nmax_iterations: 3\n',
      '.mcp-agent/agents/more/list.yml': '- name: two\n- name: three\n  human_input: true\n',
      '.mcp-agent/agents/four.json':
        '{\n\t"agents": [\n\t\t{ "name": "four", "model": "openai:gpt", "x-mine": 1 }\n\t]\n}\n',
    },
    `${SERVERS}agents:\n  definitions:\n    - { name: zero, instruction: Zeroth. }\n`,
  );
  expect(loaded.warnings).toEqual([]);
  const plain = { instruction: 'You are a helpful agent.', server_names: [] };
  expect(loaded.config.agents.definitions).toEqual([
    { ...plain, name: 'zero', instruction: 'Zeroth.' },
    {
      name: 'reviewer',
      description: 'Reviews.',
      instruction: 'You review.\n\n---\nStrictly.',
      server_names: [],
    },
    { ...plain, name: 'four', model: 'openai:gpt' },
    { ...plain, name: 'two' },
    { ...plain, name: 'three', human_input: true },
    { name: 'one', instruction: 'First.', server_names: ['web'], max_iterations: 3 },
  ]);
  const origins = new Map(explainConfig(loaded).map(({ key, origin }) => [key, origin]));
  expect(origins.get('agents.definitions.0.name')).toBe(`${CONFIG}:4`);
  expect(origins.get('agents.definitions.1.instruction')).toBe('.claude/agents/reviewer.md:1');
  expect(origins.get('agents.definitions.4.name')).toBe('.mcp-agent/agents/more/list.yml:2');
});

const problems: Array<[string, Record<string, string>, RegExp]> = [
  ['YAML that does not parse', { 'a.yaml': 'name: "a\n' }, /a\.yaml:\d+:\d+ not valid YAML: .* — /],
  [
    'JSON that does not parse',
    { 'a.json': '{\n  "name": "a",\n  "x": [}\n' },
    /a\.json:3:\d+ not valid YAML/,
  ],
  [
    'front matter that does not parse',
    { 'a.md': '---\nname: a\nmodel: [\n---\nHi.\n' },
    /a\.md:[34]:\d+ not valid YAML/,
  ],
  [
    'no front matter',
    { 'a.md': 'Be kind.\n' },
    /a\.md:1:1 an agent without front matter — start the file with/,
  ],
  [
    'front matter without end',
    { 'a.md': '---\nname: a\nBe kind.\n' },
    /a\.md:1:1 the front matter has no end/,
  ],
  [
    'two instructions',
    { 'a.md': '---\nname: a\ninstruction: b\n---\nc\n' },
    /a\.md:3:1 has an instruction in the front matter and a body — keep the body/,
  ],
  ['no name', { 'a.md': '---\ndescription: b\n---\nc\n' }, /a\.md:1:1 name: is missing — add `name:`/],
  ['an empty file', { 'a.yaml': '# nothing\n' }, /a\.yaml:1:1 name: is missing/],
  [
    'an unknown key, with the right one',
    { 'a.yaml': '- name: b\n- name: a\n  instructions: Go.\n' },
    /a\.yaml:3:3 instructions: unknown key — did you mean .*instruction\?/,
  ],
  [
    'a wrong type',
    { 'a.yaml': 'agents:\n  - name: a\n    server_names: web\n' },
    /a\.yaml:3:5 server_names: is text — must be a list/,
  ],
  ['a wrong model', { 'a.yaml': 'name: a\nmodel: gpt-5\n' }, /a\.yaml:2:1 model: .* must be `provider:name`/],
  ['an item that is no mapping', { 'a.yaml': '- a\n' }, /a\.yaml:1:3 is text — must be a mapping/],
  [
    'a server that is not there',
    { 'a.yaml': 'name: a\nserver_names: [wep]\n' },
    /a\.yaml:1 server_names: there is no MCP server wep — add it under mcp\.servers \(there: web\)/,
  ],
  [
    'one name in two files',
    { 'a.yaml': 'name: a\n', 'b.md': '---\nname: a\n---\nHi.\n' },
    /b\.md:1 name: a is defined twice: here and in .*a\.yaml:1 — rename one of the two/,
  ],
];
test.each(problems)('a file with %s is an error of the config', async (_what, files, message) => {
  const named = Object.entries(files).map(([name, text]) => [`.mcp-agent/agents/${name}`, text]);
  const error = await load(Object.fromEntries(named), SERVERS).then(
    () => expect.fail('loaded'),
    (error: { code: string; message: string }) => error,
  );
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toMatch(message);
});

test('all files with problems are named at once', async () => {
  const files = { '.mcp-agent/agents/a.md': 'x\n', '.claude/agents/b.md': 'y\n' };
  await expect(load(files)).rejects.toThrow(/b\.md:1:1.*\n.*a\.md:1:1/);
});

test('search_paths: folders, files and globs, the first of a name wins and says so; enabled: false reads none', async () => {
  const files = {
    'team/a.yaml': 'name: a\ninstruction: team\n',
    'team/deep/b.md': '---\nname: b\n---\nteam\n',
    'team/notes.txt': 'no agent',
    'home/own/a.md': '---\nname: a\n---\nown\n',
    '.mcp-agent/agents/c.yaml': 'name: c\n',
  };
  const list = 'agents: { search_paths: [~/own, "team/**/*.{yaml,md}", nowhere] }\n';
  const { config, warnings } = await load(files, list);
  expect(config.agents.definitions.map(({ name, instruction }) => [name, instruction])).toEqual([
    ['a', 'own'],
    ['b', 'team'],
  ]);
  expect(warnings.map(({ file, problem }) => [file, problem])).toEqual([
    ['team/a.yaml', 'a is defined in home/own/a.md:1 too, which wins'],
    [undefined, 'nowhere matches no file'],
  ]);
  const none = await load(files, 'agents: { enabled: false, definitions: [{ name: d }] }\n');
  expect(none.config.agents.definitions.map(({ name }) => name)).toEqual(['d']);
});

test('the config wins over a file; keys of mcp-agent that mcpa does not use are told', async () => {
  const { config, warnings } = await load(
    { '.mcp-agent/agents/a.yaml': 'name: a\ninstruction: file\nfunctions: ["m:f"]\n' },
    'agents: { definitions: [{ name: a, instruction: config }] }\n',
  );
  expect(config.agents.definitions.map(({ instruction }) => instruction)).toEqual(['config']);
  expect(warnings.map(({ line, key }) => [line, key])).toEqual([
    [3, 'functions'],
    [1, 'name'],
  ]);
});
