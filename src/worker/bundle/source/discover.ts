import { statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { McpaError } from '../../../core/index.js';
import { findFiles } from './find-files.js';
import { parseSource } from './parse-source.js';
import { type Binding, type Kind, type ModuleExports, readExports } from './read-exports.js';

export interface WorkflowSource {
  name: string;
  file: string;
  line: number;
}

/** Where the bundle's entry takes a workflow from; its declaration may stand in another file. */
export interface DiscoveredWorkflow extends WorkflowSource {
  module: string;
}

interface Found {
  kind: Kind;
  file: string;
  line: number;
  classLike?: boolean;
}

/** Finds workflow files by the config's globs and reads their exported functions. */
export async function discoverWorkflows(options: {
  projectDir: string;
  patterns: string[];
}): Promise<WorkflowSource[]> {
  const files = findFiles(options.projectDir, options.patterns);
  return readWorkflows(options.projectDir, options.patterns, files).workflows.map(({ name, file, line }) => ({
    name,
    file,
    line,
  }));
}

/** The workflows of these files, sorted by name, and every file that was read for it. */
export function readWorkflows(
  projectDir: string,
  patterns: string[],
  files: string[],
): { workflows: DiscoveredWorkflow[]; read: string[] } {
  const reader = new ExportReader();
  const workflows = new Map<string, DiscoveredWorkflow>();
  for (const module of files) {
    for (const [name, found] of reader.exportsOf(module)) {
      const workflow = asWorkflow(name, found, module, reader);
      if (!workflow) continue;
      const other = workflows.get(name);
      if (!other) workflows.set(name, workflow);
      else if (other.file !== workflow.file || other.line !== workflow.line) {
        throw new McpaError(
          'WORKFLOW_DUPLICATE',
          `two workflows are named ${name}: ${other.file}:${other.line} and ${workflow.file}:${workflow.line}`,
          { hint: 'The export name is the workflow type: rename one of them.' },
        );
      }
    }
  }
  if (workflows.size === 0) throw noWorkflow(projectDir, patterns, files);
  return {
    workflows: [...workflows.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    read: reader.filesRead(),
  };
}

function asWorkflow(
  name: string,
  found: Found,
  module: string,
  reader: ExportReader,
): DiscoveredWorkflow | undefined {
  const place = `${found.file}:${found.line}`;
  if (name === 'default') {
    if (found.kind !== 'function' || reader.hasNamed(module, found)) return undefined;
    throw new McpaError('WORKFLOW_INVALID', `${place}: a default export has no name to start it by`, {
      hint: 'Write `export async function MyWorkflow(input) { … }`: the export name is the workflow type.',
    });
  }
  const named = /(?:^|[a-z0-9])Workflow$/.test(name);
  if (found.kind === 'class' && (named || found.classLike)) {
    throw new McpaError('WORKFLOW_INVALID', `${place}: ${name} is a class; a workflow is a function`, {
      hint: `Write \`export async function ${name}(input) { … }\` with the body of its run method.`,
    });
  }
  if (found.kind === 'value' && named) {
    throw new McpaError('WORKFLOW_INVALID', `${place}: ${name} is not a function; a workflow is a function`, {
      hint: `Write \`export async function ${name}(input) { … }\`, or rename the export when it is no workflow.`,
    });
  }
  // A call may return a function; only its name tells.
  if (found.kind === 'function' || (found.kind === 'unknown' && named)) {
    return { name, file: found.file, line: found.line, module };
  }
  return undefined;
}

function noWorkflow(projectDir: string, patterns: string[], files: string[]): McpaError {
  const tried = patterns.length === 0 ? 'no pattern is set' : `tried ${patterns.join(', ')} in ${projectDir}`;
  const hint =
    'Write `export async function MyWorkflow(input) { … }` in one of these files, or set `workflows` in the config.';
  if (files.length === 0)
    return new McpaError('WORKFLOW_INVALID', `no workflow file was found: ${tried}`, { hint });
  const names = files.slice(0, 5).map((file) => relative(projectDir, file));
  if (files.length > 5) names.push(`${files.length - 5} more`);
  return new McpaError('WORKFLOW_INVALID', `no function is exported by ${names.join(', ')} (${tried})`, {
    hint,
  });
}

/** Follows re-exports from file to file; each file is parsed once. */
class ExportReader {
  readonly #modules = new Map<string, ModuleExports>();

  exportsOf(file: string): Map<string, Found> {
    const all = new Map<string, Found>();
    for (const name of this.#names(file, new Set())) {
      const found = this.#lookup(file, name, new Set());
      if (found) all.set(name, found);
    }
    return all;
  }

  /** Whether the default export is exported by a name too. */
  hasNamed(file: string, found: Found): boolean {
    return [...this.exportsOf(file)].some(
      ([name, other]) => name !== 'default' && other.file === found.file && other.line === found.line,
    );
  }

  filesRead(): string[] {
    return [...this.#modules.keys()];
  }

  #names(file: string, seen: Set<string>): Set<string> {
    const names = new Set<string>();
    if (seen.has(file)) return names;
    seen.add(file);
    const module = this.#read(file);
    for (const star of module.stars) {
      const target = resolveSource(file, star.from);
      if (target) for (const name of this.#names(target, seen)) if (name !== 'default') names.add(name);
    }
    for (const name of module.exports.keys()) names.add(name);
    return names;
  }

  /** `seen` ends circular re-exports; webpack reports them in its own words. */
  #lookup(file: string, name: string, seen: Set<string>): Found | undefined {
    const key = `${file}\0${name}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    const module = this.#read(file);
    const binding = module.exports.get(name);
    if (binding) return this.#follow(file, binding, seen);
    for (const star of module.stars) {
      const target = name === 'default' ? undefined : resolveSource(file, star.from);
      const found = target && this.#lookup(target, name, seen);
      if (found) return found;
    }
    return undefined;
  }

  #follow(file: string, binding: Binding, seen: Set<string>): Found | undefined {
    const { line } = binding;
    if ('kind' in binding) return { file, ...binding };
    if ('from' in binding) {
      const target = resolveSource(file, binding.from);
      return target ? this.#lookup(target, binding.name, seen) : { kind: 'unknown', file, line };
    }
    // No value of that name: a type or a global. A chain of aliases is short.
    const key = `${file}\0local ${binding.local}`;
    const local = this.#read(file).locals.get(binding.local);
    if (!local || seen.has(key)) return undefined;
    seen.add(key);
    return this.#follow(file, local, seen);
  }

  #read(file: string): ModuleExports {
    let module = this.#modules.get(file);
    if (!module) {
      module = readExports(parseSource(file));
      this.#modules.set(file, module);
    }
    return module;
  }
}

/** Written extension -> the source it may stand for, as TypeScript resolves it; the same as webpack's here. */
export const EXTENSION_ALIAS: Record<string, string[]> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
};
export const EXTENSIONS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/** The file of a relative import; packages and missing files are left to webpack. */
export function resolveSource(from: string, specifier: string): string | undefined {
  if (!/^\.{0,2}\//.test(specifier) && specifier !== '.' && specifier !== '..') return undefined;
  const path = resolve(dirname(from), specifier);
  const written = /\.[mc]?jsx?$/.exec(path)?.[0];
  const candidates = [
    ...(EXTENSION_ALIAS[written ?? ''] ?? []).map((extension) => path.slice(0, -written!.length) + extension),
    path,
    ...EXTENSIONS.map((extension) => path + extension),
    ...EXTENSIONS.map((extension) => join(path, `index${extension}`)),
  ];
  return candidates.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}
