import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { InstallScope, McpClient } from './client-files.js';

export interface EntryOptions {
  client: McpClient;
  scope: InstallScope;
  projectDir: string;
  /** The project's config file. */
  configFile: string;
  /** This command: its interpreter and script, for where the project has no mcpa of its own. */
  command: [string, string];
  local: boolean;
}

/** How a client starts `mcpa serve` for a project. */
export function serverEntry(options: EntryOptions): Record<string, unknown> {
  const { client, scope, projectDir, configFile, command, local } = options;
  const own = existsSync(join(projectDir, 'node_modules', '.bin', 'mcpa'));
  const [program, ...first] = scope === 'project' && own ? ['npx', '--no', 'mcpa'] : command;
  const args = [...first, 'serve', ...(local ? ['--local'] : [])];
  const type = client === 'cursor' ? {} : { type: 'stdio' };
  // In a project's file, which others share, no path of this machine; clients start its servers in the project's folder.
  if (scope === 'user') return { ...type, command: program, args: [...args, '--config', configFile] };
  if (client === 'vscode') return { ...type, command: program, args, cwd: `$\{workspaceFolder}` };
  return { ...type, command: program, args };
}
