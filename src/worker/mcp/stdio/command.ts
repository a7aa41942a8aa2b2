import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { McpCallError } from '../errors.js';

/** Where the commands come from that configs name most. */
const PACKAGES: Record<string, string> = {
  'mcp-server-filesystem': 'npm install @modelcontextprotocol/server-filesystem',
  'mcp-server-memory': 'npm install @modelcontextprotocol/server-memory',
  'mcp-server-everything': 'npm install @modelcontextprotocol/server-everything',
  uv: 'install uv (https://docs.astral.sh/uv/)',
  uvx: 'install uv (https://docs.astral.sh/uv/)',
  npx: 'install npm, or name the server’s own command from node_modules/.bin',
};

export interface ResolvedCommand {
  path: string;
  /** The node_modules/.bin folders searched, for the server's own PATH. */
  binFolders: string[];
}

/** The program behind a server's `command`: node_modules/.bin from each folder upwards, then the PATH. */
export function resolveCommand(
  server: string,
  command: string,
  folders: string[],
  path = process.env.PATH ?? '',
): ResolvedCommand {
  const cwd = folders[0] ?? process.cwd();
  const binFolders = [...new Set(folders.flatMap(binFoldersAbove))];
  if (command.includes('/')) {
    const file = isAbsolute(command) ? command : resolve(cwd, command);
    if (isExecutable(file)) return { path: file, binFolders };
    throw notFound(
      server,
      command,
      `there is no executable file at ${file}`,
      'check the path and its x permission',
    );
  }
  for (const folder of [...binFolders, ...path.split(delimiter).filter(Boolean), dirname(process.execPath)]) {
    const file = join(folder, command);
    if (isExecutable(file)) return { path: file, binFolders };
  }
  throw notFound(
    server,
    command,
    `it is neither in node_modules/.bin of ${cwd} or a folder above it, nor on the PATH`,
    PACKAGES[command] ?? 'npm install the package that brings it in the project, or give the full path',
  );
}

function notFound(server: string, command: string, why: string, hint: string): McpCallError {
  return new McpCallError(
    'command_not_found',
    server,
    `MCP server ${server}: command ${command} not found: ${why}`,
    {
      hint,
    },
  );
}

function binFoldersAbove(folder: string): string[] {
  const found: string[] = [];
  for (let at = resolve(folder); ; at = dirname(at)) {
    const bin = join(at, 'node_modules', '.bin');
    if (isFolder(bin)) found.push(bin);
    if (dirname(at) === at) return found;
  }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
