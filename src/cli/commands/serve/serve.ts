import { type Config, requireTemporal } from '../../../config/index.js';
import type { ServedProject } from '../../../serve/index.js';
import { interruptedEarly } from '../../interrupted.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { interruption, masked, note, outputMode } from '../../terminal.js';
import { packageVersion } from '../../version.js';

export interface ServeFlags extends GlobalFlags {
  local?: boolean;
}

/** Serves the project's workflows as MCP tools until the client hangs up. */
export async function serveCommand(flags: ServeFlags): Promise<void> {
  const mode = outputMode();
  const { protocolStdout } = await import('../../listen/protocol-stdout.js');
  // From here on: what the project's files or a library print must not stand between messages.
  const output = protocolStdout();
  const { config } = await loadSettings(flags, { project: true });
  requireTemporal(config);
  const { describeWorkflows } = await import('../../../worker/index.js');
  const sources = { projectDir: config.projectDir, patterns: config.workflows };
  await describeWorkflows(sources);

  using interrupt = interruption();
  await using local = flags.local
    ? await (await import('../../local/local.js')).startLocal(config, mode, interrupt)
    : undefined;
  const { connect } = await import('../../../client/index.js');
  await using app = await interrupt.race(connect({ config: local?.config ?? config }), interruptedEarly);
  const { serveOverStdio, stateKeyOf } = await import('../../../serve/index.js');
  const log = (message: string) => note(mode, message);
  const project: ServedProject = {
    app,
    workflows: () => describeWorkflows(sources),
    version: packageVersion(),
    stateKey: stateKeyOf(config.projectDir, log),
    log,
    mask: masked,
  };
  note(mode, `ready: ${served(config)} over stdio`);
  await serveOverStdio(project, { input: process.stdin, output, signal: interrupt.signal });
}

function served({ projectDir, temporal }: Config): string {
  return `the workflows of ${projectDir} (task queue ${temporal.task_queue})`;
}
