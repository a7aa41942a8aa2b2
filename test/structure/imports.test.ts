import { spawnSync } from 'node:child_process';
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
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');
const tsc = join(repository, 'node_modules/.bin/tsc');
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'mcpa-imports-'));
  for (const entry of ['tsconfig.base.json', 'package.json']) {
    cpSync(join(repository, entry), join(copy, entry));
  }
  // What may import what is said by the configs; the sources only take time.
  for (const folder of readdirSync(join(repository, 'src'))) {
    mkdirSync(join(copy, 'src', folder), { recursive: true });
    cpSync(join(repository, 'src', folder, 'tsconfig.json'), join(copy, 'src', folder, 'tsconfig.json'));
    for (const name of ['index.ts', 'main.ts'])
      writeFileSync(join(copy, 'src', folder, name), 'export {};\n');
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Folders without Node types, and imports that the table of design.md forbids. */
const forbidden: Array<[folder: string, source: string]> = [
  ['core', "import '../workflow/index.js';"],
  ['core', "import 'node:fs';"],
  ['core', 'process.exit();'],
  ['workflow', "import '../worker/index.js';"],
  ['workflow', "import '../config/index.js';"],
  ['workflow', 'Buffer.from("");'],
  ['config', "import '../worker/index.js';"],
  ['worker', "import '../workflow/index.js';"],
  ['worker', "import '../cli/main.js';"],
  ['client', "import '../worker/index.js';"],
  ['engine', "import '../client/index.js';"],
  ['serve', "import '../worker/index.js';"],
  ['client', "import '../serve/index.js';"],
];

const build = (folder: string) => spawnSync(tsc, ['-b', `src/${folder}`], { cwd: copy, encoding: 'utf8' });

test.each(forbidden)('%s: %s breaks the build', (folder, source) => {
  const file = join(copy, 'src', folder, 'breaks-the-table.ts');
  writeFileSync(file, `${source}\nexport {};\n`);
  const broken = build(folder);
  rmSync(file);
  expect(broken.stdout).toContain('breaks-the-table.ts');
  expect(broken.status).not.toBe(0);
});

test('imports that the table allows do not', () => {
  const imports = ['config', 'worker', 'client', 'serve', 'engine'].map(
    (name) => `import '../${name}/index.js';\n`,
  );
  writeFileSync(
    join(copy, 'src/cli/keeps-the-table.ts'),
    `import 'node:fs';\n${imports.join('')}export {};\n`,
  );
  const { stdout, status } = build('cli');
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

test('one copy of each Temporal package, and one protobufjs among them', () => {
  const packages = Object.keys(
    (JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as { packages: object })
      .packages,
  );
  const nested = packages.filter((path) => /node_modules\/.*node_modules\/@temporalio\//.test(path));
  expect(nested).toEqual([]);
  // grpc's proto-loader has one of its own for reading .proto files, which Temporal never does.
  const protobuf = packages.filter((path) => path.endsWith('/protobufjs') && !path.includes('proto-loader'));
  expect(protobuf).toEqual(['node_modules/protobufjs']);
});
