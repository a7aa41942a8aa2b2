import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { parseScript } from '../../src/worker/llm/index.js';
import { type Block, blocks, repository } from './docs-blocks.js';

const dir = mkdtempSync(join(tmpdir(), 'mcpa-docs-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A project that has mcpa installed. */
function install(): void {
  const modules = join(dir, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(repository, 'node_modules')))
    symlinkSync(join(repository, 'node_modules', name), join(modules, name));
  symlinkSync(repository, join(modules, 'mcpa'));
}

/** These files of the project, checked by one run of the compiler; its complaints. */
function compile(files: Map<string, string>): string {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'ESNext.Disposable'],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowJs: true,
    checkJs: true,
  };
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, exclude: ['node_modules'] }));
  try {
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    return execFileSync(process.execPath, [tsc, '-p', dir], { encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** `docs/operate.md:45` → `docs/operate.md-45.ts`: the compiler's complaints then lead to the place. */
const fileOf = ({ place }: Block, extension: string) => `${place.replace(':', '-')}.${extension}`;

const withoutSpaces = (code: string) => code.replace(/\s/g, '');

/** Workflow files that end-to-end tests run: documents show parts of them. */
const tested = readdirSync(join(repository, 'test/end-to-end'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /(^|\/)workflows\/[\w-]+\.ts$/.test(path))
  .map((path) => ({ path, code: readFileSync(join(repository, 'test/end-to-end', path), 'utf8') }));

/** They are copied whole, and compiled where they are: what one imports stands beside it. */
const examples = readdirSync(join(repository, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => withoutSpaces(readFileSync(join(repository, 'examples', path), 'utf8')));

test('every TypeScript and JavaScript block of the documents compiles, and so do the examples', () => {
  install();
  cpSync(join(repository, 'examples'), join(dir, 'examples'), { recursive: true });
  const files = new Map<string, string>();
  for (const block of blocks) {
    const extension = { ts: 'ts', js: 'mjs' }[block.language];
    if (extension === undefined || examples.includes(withoutSpaces(block.code))) continue;
    const whole = tested.find(({ code }) => withoutSpaces(code).includes(withoutSpaces(block.code)));
    if (whole) files.set(`tested/${whole.path}`, whole.code);
    else files.set(fileOf(block, extension), `${block.before}\n${block.code}\nexport {};\n`);
  }
  expect(files.size).toBeGreaterThan(5);
  expect(compile(files)).toBe('');
  expect(
    compile(
      new Map([['docs/wrong.ts', "import { Agent } from 'mcpa/workflow';\nnew Agent({ nam: 'x' });\n"]]),
    ),
  ).toContain('wrong.ts');
}, 120_000);

const yaml = blocks.filter((block) => block.language === 'yaml');
const isScript = ({ code }: Block) => /^(turns|conversations):/m.test(code);

test.each(yaml.filter((block) => !isScript(block)))('the config of $place loads', async ({ place, code }) => {
  const project = join(dir, 'config', place.replace(/\W/g, '-'));
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'mcp_agent.config.yaml'), code);
  const env = Object.fromEntries([...code.matchAll(/\$\{(\w+)/g)].map(([, name]) => [name, 'value']));
  const { config, warnings } = await loadConfig({ cwd: project, env, homeDir: project, require: true });
  expect(config.files).toHaveLength(1);
  // Its keys of mcp-agent's are shown on purpose.
  if (!place.startsWith('docs/from-mcp-agent.md')) expect(warnings).toEqual([]);
});

test.each(yaml.filter(isScript))('the script of $place is one', ({ code }) => {
  expect(() => parseScript(code)).not.toThrow();
});
