import { relative } from 'node:path';
import { McpaError } from '../../core/index.js';
import { parseSource, syntaxError } from '../bundle/source/parse-source.js';
import { importLine, resourceOf } from '../bundle/webpack/import-guard.js';
import type { Compilation } from '../bundle/webpack/types.js';

/** webpack's first error in mcpa's terms. */
export function buildError(compilation: Compilation, projectDir: string): McpaError | undefined {
  const error = compilation.errors[0] as (Error & { module?: object | null }) | undefined;
  if (error === undefined) return undefined;
  const file = (error.module ? resourceOf(error.module) : undefined) ?? projectDir;
  const request = /Can't resolve '([^']+)'/.exec(error.message)?.[1];
  if (request !== undefined) {
    const packageName = request
      .split('/')
      .slice(0, request.startsWith('@') ? 2 : 1)
      .join('/');
    return new McpaError(
      'ACTIVITY_INVALID',
      `${file}:${importLine(file, request)}: '${request}' was not found`,
      {
        hint: /^[./]/.test(request)
          ? 'Correct the path: it is relative to the file that imports it.'
          : `Run \`npm install ${packageName}\` in the project, or correct the name.`,
      },
    );
  }
  if (error.name === 'ModuleBuildError' || error.name === 'ModuleParseError')
    return syntax(file, error.message);
  return new McpaError(
    'ACTIVITY_INVALID',
    `${relative(projectDir, file) || file}: ${error.message.split('\n')[0]}`,
  );
}

/** swc's message as webpack wraps it has lost its place; the file's own parse has it. */
function syntax(file: string, drawing: string): McpaError {
  let found: McpaError;
  try {
    parseSource(file);
    found = syntaxError(file, drawing);
  } catch (own) {
    found = own as McpaError;
  }
  return new McpaError(
    'ACTIVITY_SYNTAX',
    found.message,
    found.hint === undefined ? {} : { hint: found.hint },
  );
}
