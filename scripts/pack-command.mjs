// Packs the command, and the packages it starts with, into few files: dist/command. Opening hundreds of small modules is
// most of a start. The libraries and the sandbox's sources stay as tsc wrote them.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { COPY, temporalCopy } from './pack/temporal-copy.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const folder = join(dist, 'command');
const DAY_MS = 86_400_000;

/** Loaded from node_modules when they are used: big, with native parts, or one copy shared with the user's code. */
const EXTERNAL =
  /^(@grpc\/proto-loader|@modelcontextprotocol|@anthropic-ai|openai|ora|chokidar|jsonc-parser|turndown|typescript)(\/|$)/;

/** A module finds its neighbours from where tsc wrote it, not from the file it is packed into. */
const ownUrl = {
  name: 'own-url',
  transform(code, id) {
    if (!id.startsWith(dist) || !code.includes('import.meta.url')) return undefined;
    const url = `new URL(${JSON.stringify(relative(folder, id))}, import.meta.url).href`;
    return code.replaceAll('import.meta.url', url);
  },
};

/** Whatever the entry imports at once is one file; what a command imports later is split as it is shared. */
function chunkName(id, graph, seen = new Set()) {
  if (seen.has(id)) return null;
  seen.add(id);
  const module = graph.getModuleInfo(id);
  const atOnce =
    id === COPY || module?.isEntry || module?.importers.some((importer) => chunkName(importer, graph, seen));
  return atOnce ? 'start' : null;
}

/** The licenses of packed packages go where their code goes. */
function licenses(modules) {
  const folders = modules.map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0]);
  return [...new Set(folders.filter((path) => path !== undefined))].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const file = readdirSync(path).find((each) => /^licen[sc]e/i.test(each));
    const text = file === undefined ? '' : readFileSync(join(path, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
}

/** Whoever reads meanwhile sees the old file or the new one. */
function write(name, text) {
  const part = join(folder, `.${name}.${process.pid}`);
  writeFileSync(part, text);
  renameSync(part, join(folder, name));
}

const build = await rolldown({
  input: { main: join(dist, 'cli/main.js') },
  platform: 'node',
  external: EXTERNAL,
  plugins: [temporalCopy(dist), ownUrl],
  checks: { ineffectiveDynamicImport: false },
});
const { output } = await build.generate({
  format: 'esm',
  chunkFileNames: '[name]-[hash].js',
  codeSplitting: {
    groups: [
      { debugName: 'start', name: (id, graph) => chunkName(id, graph) },
      // Not with the worker's parts, where what only the worker uses of it would be: those are loaded by few commands.
      { name: 'config', test: (id) => id.startsWith(join(dist, 'config')) },
    ],
  },
});
mkdirSync(folder, { recursive: true });
write(
  'LICENSES.txt',
  licenses(output.flatMap((chunk) => chunk.moduleIds ?? [])).join(`\n${'-'.repeat(80)}\n\n`),
);
// A command that runs meanwhile still finds its parts: they are named by content, those of the last day stay, the entry is last.
for (const { fileName, code } of output.toSorted((a, b) => a.isEntry - b.isEntry)) write(fileName, code);
const written = new Set(output.map(({ fileName }) => fileName));
for (const name of readdirSync(folder)) {
  const file = join(folder, name);
  if (name.endsWith('.js') && !written.has(name) && Date.now() - statSync(file).mtimeMs > DAY_MS)
    rmSync(file);
}
