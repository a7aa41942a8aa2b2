// Fills the code blocks of README.md and docs/*.md that stand under `<!-- from: FILE -->` or `<!-- from: FILE#REGION -->`
// with that file's text, so that what the documents show is what the tests run; a test keeps the two equal.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');
const LANGUAGES = { '.ts': 'ts', '.mjs': 'js', '.yaml': 'yaml', '.json': 'json' };
const BLOCK = /(<!-- from: ([^\s#]+)(?:#([\w-]+))? -->\n)```\w*\n[\s\S]*?```\n/g;

/** The documents that people write, by path. */
export const documents = [
  'README.md',
  ...readdirSync(resolve(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A document with its marked blocks filled. */
export function fillBlocks(text) {
  return text.replace(BLOCK, (_, marker, file, region) => {
    const source = readFileSync(resolve(repository, file), 'utf8');
    const code = region === undefined ? source : regionOf(source, region, file);
    return `${marker}\`\`\`${LANGUAGES[extname(file)] ?? 'text'}\n${code.trim()}\n\`\`\`\n`;
  });
}

function regionOf(source, region, file) {
  const lines = source.split('\n');
  const start = lines.findIndex((line) => line.trim().endsWith(`#region ${region}`));
  const length = lines.slice(start + 1).findIndex((line) => line.trim().endsWith('#endregion'));
  if (start < 0 || length < 0) throw new Error(`${file} has no region ${region}`);
  return lines.slice(start + 1, start + 1 + length).join('\n');
}

if (process.argv[1] === import.meta.filename) {
  for (const file of documents) {
    const path = resolve(repository, file);
    const before = readFileSync(path, 'utf8');
    const after = fillBlocks(before);
    if (after !== before) writeFileSync(path, after);
  }
}
