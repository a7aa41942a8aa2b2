import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');
const tsc = join(repository, 'node_modules/.bin/tsc');
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'mcpa-imports-'));
  for (const entry of ['src', 'tsconfig.base.json', 'tsconfig.json', 'package.json']) {
    cpSync(join(repository, entry), join(copy, entry), { recursive: true });
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

test.each(forbidden)('%s: %s breaks the build', (folder, source) => {
  const file = join(copy, 'src', folder, 'breaks-the-table.ts');
  writeFileSync(file, `${source}\nexport {};\n`);
  const build = spawnSync(tsc, ['-b', `src/${folder}`], { cwd: copy, encoding: 'utf8' });
  rmSync(file);
  expect(build.stdout).toContain('breaks-the-table.ts');
  expect(build.status).not.toBe(0);
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
