import type { Config } from '../../../config/index.js';
import { McpaError } from '../../../core/index.js';
import type { McpServers } from '../../../worker/index.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { type Interruption, interruption, note, type OutputMode } from '../../terminal.js';
import { workerLog } from '../../worker-log.js';

/** Longer than a request to cancel a task may take. */
const TIDY_MS = 6_000;

interface Opened {
  servers: McpServers;
  config: Config;
  signal: AbortSignal;
}

/** Runs `work` on the servers of the config and ends them, whatever happens; Ctrl-C ends the work. */
export async function withServers<T>(
  flags: GlobalFlags,
  mode: OutputMode,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const { config } = await loadSettings(flags, { project: true });
  const { openMcpServers } = await import('../../../worker/index.js');
  using interrupted: Interruption = interruption();
  const toStderr = workerLog(config, (line) => note(mode, line), mode.verbose);
  // What the servers print is for --verbose; errors are told by the command itself.
  await using servers = openMcpServers(config, { log: mode.verbose ? toStderr : () => undefined });
  const { signal } = interrupted;
  const working = work({ servers, config, signal });
  try {
    return await interrupted.race(working, () => {
      return new McpaError('INTERRUPTED', 'interrupted; the servers it started are ended', {
        hint: 'what a tool had begun may have been done',
      });
    });
  } finally {
    // A task at a server is cancelled before the connection goes.
    const late = new Promise<void>((resolve) => setTimeout(resolve, TIDY_MS).unref());
    await Promise.race([working.catch(() => undefined), late]);
  }
}
