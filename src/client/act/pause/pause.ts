import { McpaError, type PauseInfo, type PauseRequest, WIRE } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { mapRunError } from '../../errors.js';
import { whoAmI } from '../../identity.js';
import { type EndState, type RunRef, runClosed } from '../run-ref.js';
import { type InFlight, nameInFlight } from './in-flight.js';
import { drained, settled, type Waiting } from './settle.js';
import { isIdle, type RunView, viewRun } from './view.js';

export interface PauseOptions {
  reason?: string;
  /** Default: user and host of this process. */
  by?: string;
  /** How long the run may take to reach the state; thirty seconds otherwise. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Called while calls that were in flight go on. */
  onPausing?: (inFlight: InFlight[]) => void;
}

/** The state that a run reached. */
export interface PauseOutcome {
  workflowId: string;
  runId: string;
  /** `pausing`: nothing new starts, but something that was in flight still goes on. */
  state: 'paused' | 'pausing' | 'running' | EndState;
  /** It was so before; nothing was sent. */
  already: boolean;
  paused?: PauseInfo;
  inFlight: InFlight[];
}

/** What was found before: `already` means that nothing had to be sent. */
export interface Requested {
  already: boolean;
  view: RunView;
}

const DEFAULT_MS = 30_000;

/** Pauses a run and waits until nothing of it is in flight any more. */
export async function pauseRun(
  open: OpenClient,
  run: RunRef,
  options: PauseOptions = {},
): Promise<PauseOutcome> {
  const waiting = waitingOf(options);
  const requested = await requestPause(open, run, options);
  return reachPaused(open, run, requested, waiting, options.onPausing);
}

/** Lets a paused run go on. */
export async function resumeRun(
  open: OpenClient,
  run: RunRef,
  options: Omit<PauseOptions, 'onPausing'> = {},
): Promise<PauseOutcome> {
  const waiting = waitingOf(options);
  return reachRunning(open, run, await requestResume(open, run, options), waiting);
}

export function requestPause(open: OpenClient, run: RunRef, options: PauseOptions): Promise<Requested> {
  return request(open, run, WIRE.pause, options);
}

export function requestResume(open: OpenClient, run: RunRef, options: PauseOptions): Promise<Requested> {
  return request(open, run, WIRE.resume, options);
}

export async function reachPaused(
  open: OpenClient,
  run: RunRef,
  { already, view: before }: Requested,
  waiting: Waiting,
  onPausing?: (inFlight: InFlight[]) => void,
): Promise<PauseOutcome> {
  const reached = already ? before : await settled(open, run, 'the pause', waiting);
  if (reached.ended === undefined && reached.paused === undefined) throw notPausable(run);
  let names: { of: string; inFlight: InFlight[] } | undefined;
  const named = async ({ runId, inFlight }: RunView) => {
    const of = inFlight.map(({ id }) => id).join();
    if (names?.of !== of) names = { of, inFlight: await nameInFlight(open, { ...run, runId }, inFlight) };
    return names.inFlight;
  };
  const view = await drained(open, run, reached, waiting, async (now) => onPausing?.(await named(now)));
  return outcome(run, { ...view, inFlight: await named(view) }, already);
}

export async function reachRunning(
  open: OpenClient,
  run: RunRef,
  { already, view }: Requested,
  waiting: Waiting,
): Promise<PauseOutcome> {
  return outcome(run, already ? view : await settled(open, run, 'the resume', waiting), already);
}

function waitingOf({ timeoutMs = DEFAULT_MS, signal }: PauseOptions): Waiting {
  return { deadline: Date.now() + timeoutMs, signal: signal ?? new AbortController().signal };
}

async function request(
  open: OpenClient,
  run: RunRef,
  name: typeof WIRE.pause | typeof WIRE.resume,
  { by, reason }: PauseOptions,
): Promise<Requested> {
  const view = await viewRun(open, run);
  if (view.ended !== undefined) throw runClosed(run.workflowId, view.ended);
  // What waits for a worker may be a pause or a resume that the memo doesn't know yet.
  const so = view.task === undefined && (view.paused !== undefined) === (name === WIRE.pause);
  const already = so && (await isIdle(open, run, view));
  if (already) return { already, view };
  const payload: PauseRequest = { by: by ?? whoAmI(), ...(reason !== undefined && { reason }) };
  try {
    await open.client.workflow.getHandle(run.workflowId, run.runId).signal(name, payload);
  } catch (error) {
    throw mapRunError(error, run.workflowId, open.where);
  }
  return { already, view };
}

function notPausable({ workflowId }: RunRef): McpaError {
  return new McpaError('PAUSE_IMPOSSIBLE', `run ${workflowId} took the pause, but did not pause`, {
    hint: 'a run that is being cancelled cleans up and ends; one whose worker is not mcpa’s knows no pause',
  });
}

function outcome(run: RunRef, view: RunView, already: boolean): PauseOutcome {
  const { runId, inFlight, paused, ended } = view;
  const open = paused === undefined ? 'running' : inFlight.length === 0 ? 'paused' : 'pausing';
  return {
    workflowId: run.workflowId,
    runId,
    state: ended ?? open,
    already,
    ...(paused !== undefined && ended === undefined && { paused }),
    inFlight: ended === undefined && open === 'pausing' ? inFlight : [],
  };
}
