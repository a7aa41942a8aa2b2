import type { BatchItem } from '../../../../client/index.js';
import type { Config } from '../../../../config/index.js';
import { isMcpaError, McpaError } from '../../../../core/index.js';
import { parseDuration } from '../../../duration.js';
import { oneLine } from '../../../render/width.js';
import { type GlobalFlags, loadSettings } from '../../../settings.js';
import {
  interruption,
  masked,
  note,
  type OutputMode,
  outputMode,
  printJson,
  printResult,
} from '../../../terminal.js';
import { loginText } from './login-text.js';
import { openPage } from './open-page.js';

export interface McpLoginFlags extends GlobalFlags {
  /** False with `--no-browser`. */
  browser?: boolean;
  scope?: string;
  timeout?: string;
  /** False with `--no-resume`. */
  resume?: boolean;
}

/** Logs in to a remote server, then lets the runs go on that waited for it. */
export async function mcpLogin(server: string, flags: McpLoginFlags): Promise<void> {
  const mode = outputMode();
  const timeoutMs = parseDuration(flags.timeout ?? '5m', '--timeout');
  const { config } = await loadSettings(flags, { project: true });
  const { logInToMcpServer } = await import('../../../../worker/mcp/auth/login/log-in.js');
  using interrupted = interruption();
  const onAddress = (address: string) => {
    const opened = flags.browser !== false && openPage(address);
    // With --quiet too: nobody could log in without it.
    note(
      { ...mode, quiet: false },
      `${opened ? 'a browser opens to log in; if it does not, visit' : 'to log in, visit'}\n  ${address}`,
    );
  };
  const scopes = flags.scope?.split(/[\s,]+/).filter(Boolean) ?? [];
  const login = await interrupted.race(
    logInToMcpServer(config, server, { onAddress, scopes, timeoutMs, signal: interrupted.signal }),
    () =>
      new McpaError('INTERRUPTED', 'interrupted; nobody was logged in', { hint: `mcpa mcp login ${server}` }),
  );
  if (!mode.json) printResult(`logged in: ${loginText(login)}`);
  const { resumed, notAsked } = flags.resume === false ? { resumed: [] } : await resume(config, server);
  if (mode.json)
    return printJson({
      login: { ...login, url: masked(login.url) },
      resumed: resumed.map(plain),
      ...(notAsked === undefined ? {} : { notAsked }),
    });
  tell(resumed, notAsked, server, mode);
}

/** The login stands, whether or not an engine is there. */
async function resume(config: Config, server: string): Promise<{ resumed: BatchItem[]; notAsked?: string }> {
  try {
    const { connect } = await import('../../../../client/index.js');
    await using app = await connect({ config });
    return { resumed: await app.resumeAfterLogin(server) };
  } catch (error) {
    if (!isMcpaError(error)) throw error;
    return { resumed: [], notAsked: error.message };
  }
}

function tell(resumed: BatchItem[], notAsked: string | undefined, server: string, mode: OutputMode): void {
  for (const { workflowId, state, error } of resumed) {
    const id = oneLine(workflowId, 200);
    if (error === undefined) printResult(`${id} ${state}`);
    else note(mode, `${id}: ${oneLine(String((error as Error).message), 300)}; mcpa resume ${id}`);
  }
  if (notAsked !== undefined)
    note(
      mode,
      `runs that wait for it were not looked for: ${oneLine(notAsked, 300)}\n  when the engine is there: mcpa mcp login ${server}, or mcpa resume ID`,
    );
}

function plain({ workflowId, runId, state, error }: BatchItem) {
  return {
    workflowId,
    runId,
    ...(state === undefined ? {} : { state }),
    ...(error === undefined ? {} : { error: String((error as Error).message) }),
  };
}
