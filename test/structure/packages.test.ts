import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '../../src');

/** The npm column of the import table; Node's own modules are the compiler's business. */
const allowed: Record<string, RegExp> = {
  core: /^$/,
  // Two inner modules: no public way tells that a handler was registered, or reads a Duration.
  workflow: /^@temporalio\/(workflow|common|workflow\/lib\/global-attributes\.js|common\/lib\/time\.js)$/,
  config: /^(cosmiconfig|yaml|zod|@temporalio\/envconfig)$/,
  worker:
    /^(@temporalio\/(worker|activity|common|plugin|client|workflow)|@modelcontextprotocol\/client|@anthropic-ai\/sdk|openai|yaml|zod|@swc\/core)(\/|$)/,
  client: /^@temporalio\/(client|common|proto)(\/|$)/,
  fetch: /^(@modelcontextprotocol\/server|turndown|zod)(\/|$)/,
  serve: /^(@modelcontextprotocol\/(server|node)|jsonc-parser|zod)(\/|$)/,
  engine: /^undici$/,
  testing: /^$/,
  cli: /^(@clack\/prompts|commander|chalk|ora|chokidar|yaml)$/,
};

/** An import statement or call at the start of a line or behind `await`; prose in strings is neither. */
const specifier =
  /^(?:import|export|\}).* from '([^'.][^']*)'|^import '([^'.][^']*)'|\bimport\('([^'.][^']*)'\)/gm;

test.each(Object.keys(allowed))('%s imports the packages of its row only', (folder) => {
  for (const entry of readdirSync(join(source, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
    for (const [, ...names] of text.matchAll(specifier)) {
      const name = names.find(Boolean);
      if (name?.startsWith('node:')) continue;
      expect(name, file).toMatch(allowed[folder] as RegExp);
    }
  }
});
