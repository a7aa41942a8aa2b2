import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../../../client/index.js';
import { requireTemporal } from '../../../config/index.js';
import { McpaError } from '../../../core/index.js';
import { parseDuration } from '../../duration.js';
import { interruptedEarly } from '../../interrupted.js';
import { uiLine } from '../../render/link.js';
import { type InputFlags, readInput } from '../../run/input.js';
import { checkWorkflowName } from '../../run/workflow-names.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { interruption, note, outputMode, printJson, printResult } from '../../terminal.js';

export interface RunFlags extends GlobalFlags, InputFlags {
  detach?: boolean;
  id?: string;
  timeout?: string;
  untilBlocked?: boolean;
  requireWorker?: boolean;
  local?: boolean;
}

/** Starts a run and follows it: the result on stdout, everything else on stderr. */
export async function runCommand(
  workflow: string,
  input: string | undefined,
  flags: RunFlags,
): Promise<void> {
  const mode = outputMode();
  const timeoutMs = flags.timeout === undefined ? undefined : parseDuration(flags.timeout, '--timeout');
  if (flags.detach && flags.local) {
    throw new McpaError('USAGE', '--detach and --local exclude each other', {
      hint: 'a local run needs this command; use `mcpa dev` in a second terminal to detach',
    });
  }
  const args = readInput(input, flags);
  const { config } = await loadSettings(flags, { project: flags.local === true });
  requireTemporal(config);
  await checkWorkflowName(workflow, config);

  using interrupt = interruption();
  await using local = flags.local
    ? await (await import('../../local/local.js')).startLocal(config, mode, interrupt)
    : undefined;
  const { connect } = await import('../../../client/index.js');
  await using app = await interrupt.race(connect({ config: local?.config ?? config }), interruptedEarly);
  if (flags.requireWorker) await interrupt.race(requireWorker(app), interruptedEarly);
  if (interrupt.signal.aborted) throw interruptedEarly();
  // From here on the run may exist: Ctrl-C waits for its id, so that it can name it.
  const handle = await app.start(workflow, { args, ...(flags.id !== undefined && { workflowId: flags.id }) });
  const { workflowId, runId } = handle;
  if (flags.detach) {
    if (mode.json) printJson({ workflowId, runId, status: 'running' });
    else printResult(workflowId);
    return;
  }
  const ui = mode.quiet ? undefined : (local?.uiUrl ?? (await uiOfProject(config.projectDir)));
  if (ui) note(mode, uiLine(ui, runUrl(ui, config.temporal.namespace, workflowId), mode));
  const { followToEnd } = await import('../../run/follow-run.js');
  const { printOutcome } = await import('../../run/outcome.js');
  const end = await followToEnd({
    app,
    handle,
    mode,
    signal: interrupt.signal,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(flags.untilBlocked && { untilBlocked: true }),
    ...(flags.local && { local: true }),
  });
  printOutcome(end, workflowId, mode, runId);
}

/** Without the run id the UI shows the newest run of the id, and the link stays short. */
function runUrl(ui: string, namespace: string, workflowId: string): string {
  return `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}

/** The Web UI of the engine that mcpa started for this project; elsewhere its address can't be known. */
async function uiOfProject(projectDir: string): Promise<string | undefined> {
  if (!existsSync(join(projectDir, '.mcpa', 'engine.json'))) return undefined;
  const { engineStatus } = await import('../../../engine/index.js');
  return (await engineStatus(projectDir)).uiUrl;
}

async function requireWorker(app: App): Promise<void> {
  const { idleText, lastPollText, POLL_LASTS_MS, workerPresence } = await import('../../../client/index.js');
  const queue = app.config.temporal.task_queue;
  const presence = await workerPresence(app.open, queue);
  if (presence.idle) {
    const { problem, fix } = idleText(presence.idle);
    throw new McpaError('NO_WORKER', `no worker takes new runs from task queue ${queue}: ${problem}`, {
      hint: `make one current: ${fix}`,
    });
  }
  if (presence.lastPollMs !== undefined && presence.lastPollMs < POLL_LASTS_MS) return;
  throw new McpaError('NO_WORKER', `no worker polls task queue ${queue} (${lastPollText(presence)})`, {
    hint: 'start one with `mcpa worker` or `mcpa dev`; without --require-worker the run would wait for it',
  });
}
