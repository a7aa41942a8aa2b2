import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error a plain script
import { apiDocs } from '../../scripts/write-api-docs.mjs';
// @ts-expect-error a plain script
import { fillBlocks } from '../../scripts/write-docs.mjs';
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

/** As GitHub makes them from headings. */
const anchors = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each([...documents, 'examples/temporal/README.md'])('the links of %s lead somewhere', (file) => {
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
