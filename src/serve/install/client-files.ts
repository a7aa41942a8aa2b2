import { join } from 'node:path';
import { McpaError } from '../../core/index.js';

export const CLIENTS = ['claude-code', 'cursor', 'vscode'] as const;
export type McpClient = (typeof CLIENTS)[number];
export const SCOPES = ['project', 'user'] as const;
export type InstallScope = (typeof SCOPES)[number];

/** Where a client reads its servers, and under which key. */
export interface ClientFile {
  path: string;
  key: string;
  /** VS Code's files may hold comments; the other clients refuse them. */
  comments: boolean;
}

export interface Folders {
  projectDir: string;
  home: string;
  /** VS Code keeps its user's files elsewhere on macOS. */
  platform: NodeJS.Platform;
}

export function clientFile(client: McpClient, scope: InstallScope, folders: Folders): ClientFile {
  const { projectDir, home, platform } = folders;
  const project = scope === 'project';
  switch (client) {
    case 'claude-code':
      return {
        path: project ? join(projectDir, '.mcp.json') : join(home, '.claude.json'),
        key: 'mcpServers',
        comments: false,
      };
    case 'cursor':
      return {
        path: join(project ? projectDir : home, '.cursor', 'mcp.json'),
        key: 'mcpServers',
        comments: false,
      };
    case 'vscode': {
      const user = platform === 'darwin' ? 'Library/Application Support/Code/User' : '.config/Code/User';
      return {
        path: project ? join(projectDir, '.vscode', 'mcp.json') : join(home, user, 'mcp.json'),
        key: 'servers',
        comments: true,
      };
    }
  }
}

export function oneOf<T extends string>(values: readonly T[], given: string | undefined, flag: string): T {
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  const what = given === undefined ? `${flag} is missing` : `${flag}: there is no "${given}"`;
  throw new McpaError('USAGE', what, { hint: `${flag} is one of: ${values.join(', ')}` });
}
