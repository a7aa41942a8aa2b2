import type { InFlight, PauseOutcome } from '../../../client/index.js';
import { EXIT, McpaError } from '../../../core/index.js';
import { parseDuration } from '../../duration.js';
import { refusedWhat } from '../../render/refusal.js';
import { oneLine } from '../../render/width.js';
import { resolveRun } from '../../run/run-ids.js';
import { loadSettings } from '../../settings.js';
import { note, onInterrupt, outputMode, printJson, printResult } from '../../terminal.js';
import { type BatchFlags, batchCommand, wantsBatch } from './batch.js';
import { waitInterrupted } from './interrupted.js';

export interface PauseFlags extends BatchFlags {
  reason?: string;
  /** False with `--no-children`. */
  children?: boolean;
}

/** Pauses a run and says what is still in flight, then that it is paused. */
export function pauseCommand(id: string | undefined, flags: PauseFlags): Promise<void> {
  return reach('pause', id, flags);
}

/** Lets a paused run go on. */
export function resumeCommand(id: string | undefined, flags: PauseFlags): Promise<void> {
  return reach('resume', id, flags);
}

async function reach(act: 'pause' | 'resume', id: string | undefined, flags: PauseFlags): Promise<void> {
  const mode = outputMode();
  const timeoutMs = parseDuration(flags.timeout ?? '30s', '--timeout');
  const { reason, children = true } = flags;
  const given = { timeoutMs, children, ...(reason !== undefined && { reason }) };
  if (wantsBatch(act, id, flags)) {
    return batchCommand(act, flags, (app, runs, options) => app.batch[act](runs, { ...given, ...options }));
  }
  const { config } = await loadSettings(flags);
  const { connect } = await import('../../../client/index.js');
  await using app = await connect({ config });
  const workflowId = await resolveRun(app, id);
  const stop = new AbortController();
  using _interrupt = onInterrupt(() => stop.abort(waitInterrupted(act, workflowId)));
  let shown = '';
  const onPausing = (inFlight: InFlight[]) => {
    const text = pausingText(inFlight);
    if (text !== shown) note(mode, text);
    shown = text;
  };
  const outcome = await app.getHandle(workflowId)[act]({ ...given, onPausing, signal: stop.signal });
  print(outcome, mode.json);
}

function print(outcome: PauseOutcome, json: boolean): void {
  const { workflowId, runId, state, already, paused, inFlight, children, stillPaused } = outcome;
  if (json) {
    const reached = { workflowId, runId, state, already, ...(paused && { paused }), inFlight };
    printJson({ v: 1, ...reached, children, ...(stillPaused && { stillPaused }) });
    if (state === 'pausing') process.exitCode = EXIT.commandTimeout;
    return;
  }
  if (state === 'pausing') {
    throw new McpaError(
      'COMMAND_TIMEOUT',
      `run ${workflowId} starts nothing new, but is still ${pausingText(inFlight)}`,
      { hint: `\`mcpa pause ${workflowId}\` waits again; what is in flight ends by itself` },
    );
  }
  const since = already && paused ? ` since ${paused.at}${by(paused)}` : '';
  const all = children.length === 0 ? '' : `, with ${counted(children)}`;
  printResult(`${workflowId} ${state.replace('_', ' ')}${already ? ' already' : ''}${since}${all}`);
  for (const child of stillPaused ?? [])
    printResult(`${oneLine(child.workflowId)} stays paused: it was paused on its own`);
}

function counted({ length }: unknown[]): string {
  return length === 1 ? '1 child run' : `${length} child runs`;
}

function by(paused: NonNullable<PauseOutcome['paused']>): string {
  if (paused.kind !== 'user') return `: ${refusedWhat(paused)}`;
  const who = paused.by === undefined ? '' : ` by ${oneLine(paused.by)}`;
  return paused.reason === undefined ? who : `${who}: ${oneLine(paused.reason)}`;
}

function pausingText(inFlight: InFlight[]): string {
  return `pausing (${inFlight.length} in flight): ${inFlight.map(flightText).join('; ')}`;
}

function flightText({ kind, id, name, workflowId, attempt = 1, nextAttemptAt }: InFlight): string {
  const where = workflowId === undefined ? '' : ` in ${oneLine(workflowId)}`;
  if (kind === 'child') return `child ${oneLine(name)} ${oneLine(id)}${where}`;
  const again = nextAttemptAt === undefined ? '' : `, again at ${nextAttemptAt}`;
  const tried = attempt > 1 ? ` (attempt ${attempt}${again})` : '';
  return `${oneLine(name)}${where}${tried}`;
}
