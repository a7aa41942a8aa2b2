import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { McpaError } from '../../core/index.js';

const here = createRequire(import.meta.url);
/** What the SDK's bundler brings and mcpa does not list itself: reached through the SDK's worker package. */
const throughWorker = createRequire(here.resolve('@temporalio/worker/package.json'));

/** How packages are found that the SDK's bundler brings: webpack, swc-loader. */
export function fromWorker(): { require(name: string): unknown; resolve(name: string): string } {
  return { require: (name) => throughWorker(name), resolve: (name) => throughWorker.resolve(name) };
}

/** Packages that workflow code may import and that must be the worker's own copy. */
const SANDBOX_PACKAGES = ['@temporalio/workflow', '@temporalio/common', '@temporalio/proto', 'nexus-rpc'];
const BUILD_PACKAGES = ['webpack', '@swc/core', 'swc-loader', 'source-map-loader'];

function readVersion(packageJson: string): string {
  return (JSON.parse(readFileSync(packageJson, 'utf8')) as { version: string }).version;
}

/** The folder of a package that the running mcpa resolves; by search, since `exports` may hide package.json. */
function packageFolder(name: string): string {
  for (const path of throughWorker.resolve.paths(name) ?? []) {
    const folder = join(path, name);
    if (existsSync(join(folder, 'package.json'))) return realpathSync(folder);
  }
  throw new McpaError('BUG', `mcpa's own dependency ${name} is missing`, { hint: 'Install mcpa again.' });
}

/** webpack aliases that make a project without node_modules work, and keep one copy of everything shared. */
export function sandboxAliases(workflowModule: string): Record<string, string> {
  const aliases: Record<string, string> = { 'mcpa/workflow$': workflowModule };
  for (const name of SANDBOX_PACKAGES) aliases[name] = packageFolder(name);
  return aliases;
}

/** Versions of everything that shapes the output; part of the cache key. */
export function buildVersions(): Record<string, string> {
  const mcpa = readVersion(fileURLToPath(new URL('../../../package.json', import.meta.url)));
  const versions: Record<string, string> = { mcpa, node: process.versions.node.split('.')[0]! };
  for (const name of ['@temporalio/worker', ...SANDBOX_PACKAGES, ...BUILD_PACKAGES]) {
    versions[name] = readVersion(join(packageFolder(name), 'package.json'));
  }
  return versions;
}

/** mcpa's compiled sandbox code, from dist/worker/bundle as well as from src/worker/bundle (tests). */
export function defaultWorkflowModule(): string {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return join(root, 'dist', 'workflow', 'index.js');
}

/** A project may pin the SDK only at the version of the worker that will replay it. */
export function checkProjectVersions(projectDir: string): void {
  for (const name of ['@temporalio/workflow', '@temporalio/common']) {
    const own = readVersion(join(packageFolder(name), 'package.json'));
    for (let folder = projectDir; ; folder = dirname(folder)) {
      const file = join(folder, 'node_modules', name, 'package.json');
      if (existsSync(file)) {
        const theirs = readVersion(file);
        if (theirs !== own) {
          throw new McpaError(
            'VERSIONS_MIXED',
            `the project has ${name} ${theirs} (${dirname(file)}), mcpa runs workflows with ${own}`,
            {
              hint: `Run \`npm install ${name}@${own}\`, or remove ${name} from the project: mcpa brings its own.`,
            },
          );
        }
        break;
      }
      if (dirname(folder) === folder) break;
    }
  }
}

/** The parser that the bundler uses anyway; loaded only when a file has to be read. */
export function loadSwc(): SwcParser {
  return throughWorker('@swc/core') as SwcParser;
}

export interface SwcParser {
  parseSync(source: string, options: Record<string, unknown>): SwcModule;
}
export interface SwcNode {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: swc's tree, read by type name
  [key: string]: any;
}
export interface SwcModule {
  body: SwcNode[];
}
