import { isMcpaError } from '../../core/errors.js';
import type { OutputMode } from '../terminal.js';
import { packageVersion } from '../version.js';
import { paint } from './paint.js';
import { printable } from './width.js';

/** `error CODE: message` and how to mend it. */
export function errorText(error: unknown, mode: OutputMode): string {
  const color = paint(mode.color);
  if (isMcpaError(error)) {
    // What others said stands in it (a provider, an MCP server, a workflow): it must not steer the terminal.
    const lines = [`${color.red('error')} ${error.code}: ${printable(error.message)}`];
    if (error.hint) lines.push(`${color.bold('fix:')} ${printable(error.hint)}`);
    if (mode.verbose && error.cause) lines.push(printable(stackOf(error.cause)));
    return `${lines.join('\n')}\n`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return [
    `${color.red('error')} BUG: ${printable(message)}`,
    `${color.bold('fix:')} this is a bug in mcpa: please report it with the lines below`,
    `mcpa ${packageVersion()}, Node ${process.version}, ${process.platform} ${process.arch}`,
    printable(stackOf(error)),
    '',
  ].join('\n');
}

export function errorObject(error: unknown): object {
  if (isMcpaError(error)) {
    return { error: { code: error.code, message: error.message, ...(error.hint && { hint: error.hint }) } };
  }
  const message = error instanceof Error ? error.message : String(error);
  const versions = {
    mcpa: packageVersion(),
    node: process.version,
    platform: process.platform,
    arch: process.arch,
  };
  return { error: { code: 'BUG', message, stack: stackOf(error), versions } };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
