// Writes docs/api.md from the declarations that the compiler wrote into dist/, docstrings included; a test keeps
// the two equal. The compiler's own API is still marked unstable in TypeScript 7, and its output is regular enough.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');
const HEAD = `# API

Written by \`node scripts/write-api-docs.mjs\` from the declarations in \`dist/\`. Where to start: \`Agent\` and \`waitForHumanInput\` in
workflows, \`connect\` in programs, \`createWorker\` and \`McpaPlugin\` on hosts, \`createTestEnvironment\` in tests.
`;

const ENTRIES = {
  'mcpa/workflow': [
    'dist/workflow/index.d.ts',
    'For workflow files: replayed, so without files, network or clock.',
  ],
  mcpa: ['dist/client/index.d.ts', 'For programs that start runs and look after them.'],
  'mcpa/worker': ['dist/worker/index.d.ts', 'For processes that host workflows.'],
  'mcpa/testing': ['dist/testing/index.d.ts', 'For tests: a real engine, and a model that follows a script.'],
};

const cache = new Map();
const read = (file) => {
  if (!cache.has(file)) cache.set(file, readFileSync(file, 'utf8'));
  return cache.get(file);
};
const beside = (file, path) => join(dirname(file), path.replace(/\.js$/, '.d.ts'));

/** Every name that a module exports, with the text of its declaration. */
function exportsOf(file) {
  const text = read(file);
  const found = new Map();
  for (const [, path] of text.matchAll(/^export (?:type )?\* from '(\.[^']+)';/gm))
    for (const [name, declaration] of exportsOf(beside(file, path))) found.set(name, declaration);
  for (const [, names, path] of text.matchAll(/^export (?:type )?\{([^}]*)\} from '(\.[^']+)';/gm)) {
    for (const name of names
      .split(',')
      .map((each) => each.trim().replace(/^type /, ''))
      .filter(Boolean)) {
      const [own, given = own] = name.split(' as ');
      const declaration = exportsOf(beside(file, path)).get(own);
      if (declaration === undefined) throw new Error(`${file}: ${own} was not found in ${path}`);
      found.set(given, declaration);
    }
  }
  for (const [name, declaration] of declarationsIn(text)) found.set(name, declaration);
  return found;
}

const START = /^export (?:declare )?(?:abstract )?(?:async )?(class|function|const|interface|type) (\w+)/;

/** The declarations at the top of a file, each with its docstring; overloads of a function are one. */
function declarationsIn(text) {
  const found = new Map();
  const lines = text.split('\n');
  let doc = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (line.startsWith('/**')) {
      const end = lines.findIndex((each, index) => index >= at && each.includes('*/'));
      doc = lines.slice(at, end + 1);
      at = end;
      continue;
    }
    const [, kind, name] = START.exec(line) ?? [];
    if (name !== undefined) {
      const code = [line];
      while (depth(code.join('\n')) > 0 || !/[;}]$/.test(code.at(-1))) code.push(lines[++at]);
      const known = found.get(name);
      if (known) known.code.push(...code);
      else found.set(name, { kind, doc: textOf(doc), code });
    }
    if (line !== '') doc = [];
  }
  return found;
}

const depth = (code) =>
  [...code.replace(/\/\*\*[\s\S]*?\*\/|\/\/.*|=>|'[^']*'|"[^"]*"/g, '')].reduce(
    (sum, char) => sum + ('{(['.includes(char) ? 1 : '})]'.includes(char) ? -1 : 0),
    0,
  );

/** A docstring without its stars: `{ text, example }`. */
function textOf(lines) {
  const text = lines
    .map((line) => line.replace(/^\s*(\/\*\*|\*\/|\*)\s?|\s*\*\/$/g, ''))
    .join('\n')
    .trim();
  const [prose, example] = text.split(/\n?@example\s*/);
  return { prose: prose.trim(), example: example?.trim() };
}

/** What users see of a class: no private members, no constructor that only mcpa calls. */
function shown(code) {
  return code
    .join('\n')
    .replace(/^export (declare )?/gm, '')
    .replace(/^(?: {4}\/\*\*.*\*\/\n)?(?: {4}(?:private |#|constructor\(open: OpenClient).*\n)/gm, '')
    .replace(/^( {4})+/gm, (indent) => '  '.repeat(indent.length / 4));
}

function section(name, { doc, code }) {
  const example =
    doc.example === undefined ? '' : `\nExample: \`${doc.example.replace(/\s*\n\s*/g, ' ')}\`\n`;
  return `### ${name}\n\n${doc.prose === '' ? '' : `${doc.prose}\n\n`}\`\`\`typescript\n${shown(code)}\n\`\`\`\n${example}`;
}

const ORDER = ['class', 'function', 'const', 'interface', 'type'];

export function apiDocs() {
  const sections = Object.entries(ENTRIES).map(([entry, [file, what]]) => {
    const found = [...exportsOf(resolve(repository, file))];
    const sorted = found.sort(
      ([a, one], [b, other]) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || (a < b ? -1 : 1),
    );
    const names = sorted.map(([name]) => `[${name}](#${name.toLowerCase()})`).join(' · ');
    return [
      `## ${entry}\n\n${what}\n\n${names}\n`,
      ...sorted.map(([name, found]) => section(name, found)),
    ].join('\n');
  });
  return [HEAD, ...sections].join('\n');
}

if (process.argv[1] === import.meta.filename) writeFileSync(resolve(repository, 'docs/api.md'), apiDocs());
