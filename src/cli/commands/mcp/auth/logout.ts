import { oneLine } from '../../../render/width.js';
import { type GlobalFlags, loadSettings } from '../../../settings.js';
import { note, outputMode, printJson, printResult } from '../../../terminal.js';

/** Ends a login; what could not be revoked is said. */
export async function mcpLogout(server: string, flags: GlobalFlags): Promise<void> {
  const mode = outputMode();
  const { config } = await loadSettings(flags, { project: true });
  const { logOutOfMcpServer } = await import('../../../../worker/mcp/auth/login/log-out.js');
  const done = await logOutOfMcpServer(config, server);
  if (mode.json) return printJson(done);
  if (!done.removed) return printResult(`${server}: there was no login`);
  printResult(`${server}: logged out${done.revoked ? ', the tokens are revoked' : ''}`);
  if (done.why !== undefined)
    note(mode, oneLine(`the tokens were removed here but not revoked: ${done.why}`, 400));
}
