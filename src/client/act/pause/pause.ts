import { McpaError, type PauseInfo, type PauseRequest, WIRE } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { mapRunError } from '../../errors.js';
import { whoAmI } from '../../identity.js';
import { type EndState, type RunRef, runClosed } from '../run-ref.js';
import type { InFlight } from './in-flight.js';
import { type ChildRun, PauseTree, resumeChildren } from './pause-tree.js';
import { drained, settled, type Waiting } from './settle.js';
import { isIdle, type RunView, viewRun } from './view.js';

export interface PauseOptions {
  reason?: string;
  /** Its open child runs too, which is the default; those paused so go on with their parent, and no others. */
  children?: boolean;
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
  /** Child runs that were paused, or went on, with it. */
  children: ChildRun[];
  /** After `resume`: child runs that stay paused, since they were paused on their own. */
  stillPaused?: ChildRun[];
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
  return reachPaused(open, run, requested, waiting, options);
}

/** Lets a paused run go on. */
export async function resumeRun(
  open: OpenClient,
  run: RunRef,
  options: Omit<PauseOptions, 'onPausing'> = {},
): Promise<PauseOutcome> {
  const waiting = waitingOf(options);
  return reachRunning(open, run, await requestResume(open, run, options), waiting, options);
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
  { children = true, onPausing, ...given }: PauseOptions = {},
): Promise<PauseOutcome> {
  const reached = already ? before : await settled(open, run, 'the pause', waiting);
  if (reached.ended === undefined && reached.paused === undefined) throw notPausable(run);
  const request = { ...requestOf(given), with: run.workflowId };
  const tree = new PauseTree(open, children ? request : undefined);
  const view = await drained(open, run, reached, tree, waiting, (inFlight) => onPausing?.(inFlight));
  return { ...outcome(run, view, already), children: tree.paused };
}

export async function reachRunning(
  open: OpenClient,
  run: RunRef,
  { already, view: before }: Requested,
  waiting: Waiting,
  { children = true, ...given }: PauseOptions = {},
): Promise<PauseOutcome> {
  const view = already ? before : await settled(open, run, 'the resume', waiting);
  if (!children || view.ended !== undefined) return outcome(run, view, already);
  const { resumed, stay } = await resumeChildren(open, view, requestOf(given));
  // Where a child's worker is away its resume is recorded; the answer is the parent's state.
  await Promise.allSettled(resumed.map((child) => settled(open, child, 'the resume', waiting)));
  return { ...outcome(run, view, already), children: resumed, ...(stay.length > 0 && { stillPaused: stay }) };
}

function waitingOf({ timeoutMs = DEFAULT_MS, signal }: PauseOptions): Waiting {
  return { deadline: Date.now() + timeoutMs, signal: signal ?? new AbortController().signal };
}

async function request(
  open: OpenClient,
  run: RunRef,
  name: typeof WIRE.pause | typeof WIRE.resume,
  options: PauseOptions,
): Promise<Requested> {
  const view = await viewRun(open, run);
  if (view.ended !== undefined) throw runClosed(run.workflowId, view.ended);
  // What waits for a worker may be a pause or a resume that the memo doesn't know yet.
  // A provider's refusal is no person's pause: the run would go on once it is mended.
  const isSo = name === WIRE.pause ? view.paused?.kind === 'user' : view.paused === undefined;
  const so = view.task === undefined && isSo;
  const already = so && (await isIdle(open, run, view));
  if (already) return { already, view };
  try {
    await open.client.workflow.getHandle(run.workflowId, run.runId).signal(name, requestOf(options));
  } catch (error) {
    throw mapRunError(error, run.workflowId, open.where);
  }
  return { already, view };
}

function requestOf({ by, reason }: PauseOptions): PauseRequest {
  return { by: by ?? whoAmI(), ...(reason !== undefined && { reason }) };
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
    children: [],
  };
}
