import { McpaError } from '../../../core/index.js';
import { parseSource, syntaxError } from '../source/parse-source.js';
import { type ImportGuard, importLine, resourceOf } from './import-guard.js';
import type { Compilation } from './types.js';

/** webpack's first error in mcpa's terms. */
export function buildError(compilation: Compilation, guard: ImportGuard): McpaError | undefined {
  const error = compilation.errors[0];
  if (!error) {
    for (const module of compilation.modules) {
      const file = resourceOf(module);
      // Parents of an async module are async too; the file with the `await` is built first or is the only one.
      if (!file || !module.buildMeta?.async) continue;
      return new McpaError('WORKFLOW_INVALID', `${file}: a workflow file can't use top-level await`, {
        hint: 'Move the await into the workflow function.',
      });
    }
    return undefined;
  }
  const file = fileOf(error) ?? compilation.options.context ?? '';
  const request = /Can't resolve '([^']+)'/.exec(error.message)?.[1];
  if (request !== undefined) {
    const chain = guard.chain(compilation, file);
    const way =
      chain.length > 1 ? `\n  imported by way of ${chain.map((path) => guard.short(path)).join(' → ')}` : '';
    return new McpaError(
      'WORKFLOW_IMPORT',
      `${file}:${importLine(file, request)}: '${request}' was not found${way}`,
      {
        hint: /^[./]/.test(request)
          ? 'Correct the path: it is relative to the file that imports it.'
          : `Run \`npm install ${packageName(request)}\` in the project, or correct the name.`,
      },
    );
  }
  if (error.name === 'ModuleBuildError' || error.name === 'ModuleParseError') {
    try {
      // swc's message as webpack wraps it has lost its place; the file's own parse has it.
      if (file) parseSource(file);
    } catch (own) {
      return own as McpaError;
    }
    return syntaxError(file, error.message);
  }
  const scheme = /Reading from "([^"]+)" is not handled/.exec(error.message)?.[1];
  if (scheme !== undefined) {
    return new McpaError(
      'WORKFLOW_IMPORT',
      `${file}:${importLine(file, scheme)}: '${scheme}' can't be imported`,
      {
        hint: 'Import from a file or an installed package.',
      },
    );
  }
  return new McpaError('WORKFLOW_IMPORT', `${file}: ${error.message.split('\n')[0]}`);
}

/** Warnings about the user's own files: an export that isn't there is undefined at run time. */
export function buildWarnings(compilation: Compilation, guard: ImportGuard): string[] {
  return compilation.warnings.flatMap((warning) => {
    const file = fileOf(warning);
    if (!file || /[\\/]node_modules[\\/]/.test(file)) return [];
    return [`${guard.short(file)}: ${warning.message.split('\n')[0]}`];
  });
}

function fileOf(problem: Error & { module?: object | null }): string | undefined {
  return problem.module ? resourceOf(problem.module) : undefined;
}

function packageName(request: string): string {
  return request
    .split('/')
    .slice(0, request.startsWith('@') ? 2 : 1)
    .join('/');
}
