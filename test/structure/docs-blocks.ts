import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

/** Written from our own declarations and shapes: their blocks are no code that anybody runs. */
const GENERATED = new Set(['docs/api.md', 'docs/json.md']);

/** The documents that people write, by path in the repository. */
export const documents = [
  'README.md',
  'examples/temporal/README.md',
  ...readdirSync(join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].filter((file) => !GENERATED.has(file));

export const read = (file: string) => readFileSync(join(repository, file), 'utf8');

export interface Block {
  /** `docs/operate.md:45`, where it begins. */
  place: string;
  /** As the fence says; `indented` without one. */
  language: string;
  /** What a fragment needs around it: text of a comment `<!-- before: … -->` above the block. */
  before: string;
  code: string;
}

/** The code blocks of a document: fenced ones, and those that are indented by four spaces. */
export function blocksOf(file: string): Block[] {
  const lines = read(file).split('\n');
  const blocks: Block[] = [];
  let before = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const fence = /^```(\w*)/.exec(line);
    const begin = at;
    const code: string[] = [];
    const inside = (next: string | undefined) =>
      next !== undefined && (fence ? next !== '```' : next.startsWith('    '));
    if (fence) at++;
    else if (!(line.startsWith('    ') && lines[at - 1] === '')) {
      before = /^<!-- before: ([\s\S]*?) -->$/.exec(line)?.[1] ?? before;
      continue;
    }
    while (inside(lines[at])) code.push(fence ? (lines[at++] ?? '') : (lines[at++] ?? '').slice(4));
    if (!fence) at--;
    const language = fence ? (fence[1] ?? '') : 'indented';
    blocks.push({ place: `${file}:${begin + 1}`, language, before, code: code.join('\n') });
    before = '';
  }
  return blocks;
}

export const blocks = documents.flatMap(blocksOf);
