import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { McpaError } from '../../../core/index.js';
import { paint } from '../../render/paint.js';
import { printable } from '../../render/width.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { note, type OutputMode, outputMode, printJson } from '../../terminal.js';
import { PACKAGE_ROOT } from '../../version.js';

export interface InstallFlags extends GlobalFlags {
  client?: string;
  scope?: string;
  name?: string;
  local?: boolean;
  write?: boolean;
  yes?: boolean;
}

/** Shows what an MCP client's config would get, and writes it when the user agrees. */
export async function installCommand(flags: InstallFlags): Promise<void> {
  const mode = outputMode();
  const { CLIENTS, clientFile, lineDiff, oneOf, SCOPES, serverEntry, withEntry, writeEdit } = await import(
    '../../../serve/index.js'
  );
  const client = oneOf(CLIENTS, flags.client, '--client');
  const scope = oneOf(SCOPES, flags.scope ?? 'project', '--scope');
  const { config } = await loadSettings(flags, { project: true });
  const { projectDir, files } = config;
  const name = flags.name ?? basename(projectDir);
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new McpaError('USAGE', `--name: "${name}" is no name of a server`, {
      hint: 'letters, digits, `_`, `-` and `.`, 64 at most',
    });
  }
  const file = clientFile(client, scope, { projectDir, home: homedir(), platform: process.platform });
  const entry = serverEntry({
    client,
    scope,
    projectDir,
    configFile: files[0] ?? projectDir,
    command: [process.execPath, join(PACKAGE_ROOT, 'bin', 'mcpa.js')],
    local: flags.local === true,
  });
  const edit = withEntry(file, name, entry);
  const diff = lineDiff(edit.before ?? '', edit.after);
  const changed = edit.before === undefined || diff.length > 0;
  if (!mode.json) show(edit.path, diff, mode);
  const written = changed && ((flags.yes || flags.write) ?? (await agreed(edit.path, mode)));
  if (written) writeEdit(edit);
  if (mode.json) printJson({ client, scope, name, file: edit.path, entry, diff, changed, written });
  else if (!changed) note(mode, `${edit.path} has it already`);
  else if (written) note(mode, `written. ${NEXT[client]}`);
  else note(mode, 'nothing was written; --yes writes it');
}

const NEXT = {
  'claude-code': 'Start claude in this folder, and allow the server when it asks; /mcp shows it.',
  cursor: 'Cursor asks to enable it; Settings, MCP shows it.',
  vscode: 'Start it from the file, or with the command "MCP: List Servers".',
};

function show(path: string, diff: string[], mode: OutputMode): void {
  if (diff.length === 0) return;
  const ink = paint(mode.color);
  note(mode, path);
  for (const line of diff) {
    const shown = printable(line);
    note(
      mode,
      shown.startsWith('+') ? ink.green(shown) : shown.startsWith('-') ? ink.red(shown) : ink.dim(shown),
    );
  }
}

/** Without a terminal nobody is asked, and nothing written. */
async function agreed(path: string, mode: OutputMode): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY || mode.json || mode.quiet) return false;
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: `Write ${path}?`, output: process.stderr });
  if (isCancel(answer))
    throw new McpaError('INTERRUPTED', 'nothing was written', { hint: '--yes writes it' });
  return answer;
}
