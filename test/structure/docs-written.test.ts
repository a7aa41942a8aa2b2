import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error a plain script
import { apiDocs } from '../../scripts/write-api-docs.mjs';
// @ts-expect-error a plain script
import { fillBlocks } from '../../scripts/write-docs.mjs';
import { ERROR_CODES } from '../../src/core/index.js';
import { documents, read, repository } from './docs-blocks.js';

test.each(documents)('%s shows the files that it says it shows (node scripts/write-docs.mjs)', (file) => {
  expect(read(file)).toBe(fillBlocks(read(file)));
});

test('docs/api.md is what the declarations say (node scripts/write-api-docs.mjs)', () => {
  expect(read('docs/api.md')).toBe(apiDocs());
});

test.each(documents)('the files that %s names exist', (file) => {
  const named = [
    ...read(file).matchAll(/`((?:src|test|scripts|templates|examples|docs|bench|bin)\/[\w./-]+)`/g),
  ];
  expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(repository, path)))).toEqual(
    [],
  );
});

/** The page that people come from, heading by heading. */
const PAGE = [
  ...[
    'Why use Temporal?',
    'Configuration',
    'Quick start',
    '1. Start the Temporal server',
    '2. Create a workflow',
  ],
  ...['3. Start a worker', '4. Execute the workflow', 'Workflow patterns', 'Basic agent workflow'],
  ...['Multi-agent orchestration', 'Parallel processing', 'Interactive workflows', 'Workflow signals'],
  ...[
    'Monitoring and debugging',
    'Temporal Web UI',
    'Best practices',
    'Examples',
    'Troubleshooting',
    'Next steps',
  ],
];

test('docs/temporal.md has a counterpart of each heading of the page, in its order', () => {
  const headings = [...read('docs/temporal.md').matchAll(/^##+ (.*)$/gm)].map(([, heading]) => heading);
  expect(headings.filter((heading) => PAGE.includes(heading as string))).toEqual(PAGE);
});

test('docs/README.md leads to every document', () => {
  const linked = [...read('docs/README.md').matchAll(/\]\(([\w-]+\.md)/g)].map(([, name]) => name);
  const others = readdirSync(join(repository, 'docs')).filter(
    (name) => name.endsWith('.md') && name !== 'README.md',
  );
  expect(others.filter((name) => !linked.includes(name))).toEqual([]);
});

test('the guide names no error code that does not exist', () => {
  const named = [...read('docs/temporal.md').matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(
    ([, code]) => code as string,
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((code) => !(code in ERROR_CODES))).toEqual([]);
});

/** As GitHub makes them from headings. */
const anchors = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(documents)('the links of %s lead somewhere', (file) => {
  const broken: string[] = [];
  for (const [, target = ''] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target)) continue;
    const [path = '', anchor] = target.split('#');
    const at = path === '' ? file : join(dirname(file), path);
    if (!existsSync(join(repository, at))) broken.push(target);
    else if (anchor !== undefined && !anchors(read(at)).includes(anchor)) broken.push(target);
  }
  expect(broken).toEqual([]);
});
