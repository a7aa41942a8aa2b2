import { type PauseRequest, WIRE } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { type InFlight, nameInFlight } from './in-flight.js';
import { type RunView, viewRun } from './view.js';

/** A child run that is paused, or goes on, with its parent. */
export interface ChildRun {
  workflowId: string;
  runId: string;
}

/** Describes at once, of a run with many children. */
const AT_ONCE = 20;

/** A paused run and its open children, theirs too: pauses those, and sees what of all is still in flight. */
export class PauseTree {
  readonly #paused = new Map<string, ChildRun>();
  readonly #asked = new Set<string>();
  /** Paused, with nothing in flight: nothing begins there any more. */
  readonly #still = new Set<string>();
  readonly #names = new Map<string, string>();

  constructor(
    private readonly open: OpenClient,
    /** What children are sent; undefined: they are left alone, and what they do is not looked at. */
    private readonly request: PauseRequest | undefined,
  ) {}

  get paused(): ChildRun[] {
    return [...this.#paused.values()];
  }

  /** What is in flight in a paused run and below it. */
  async look(run: ChildRun, view: RunView): Promise<InFlight[]> {
    const own = view.inFlight.filter(({ kind }) => kind === 'activity');
    const children = view.inFlight.filter(
      (each) => each.kind === 'child' && (this.request !== undefined || isHost(each)),
    );
    const below: InFlight[] = [];
    for (let from = 0; from < children.length; from += AT_ONCE) {
      const some = children.slice(from, from + AT_ONCE);
      for (const found of await Promise.all(some.map((each) => this.#child(each)))) below.push(...found);
    }
    return [...(await this.#named(run, own)), ...below];
  }

  /** A child that isn't paused yet is itself in flight; of one that is, what goes on there. */
  async #child(child: InFlight): Promise<InFlight[]> {
    const { id: workflowId, runId: firstRunId } = child;
    if (firstRunId === undefined) return [child];
    if (this.#still.has(firstRunId)) return [];
    const view = await currentRun(this.open, workflowId, firstRunId);
    // Its parent is about to learn that it ended.
    if (view === undefined || view.ended !== undefined) return [];
    const run = { workflowId, runId: view.runId };
    if (view.paused === undefined) {
      await this.#ask(run, child);
      return [child];
    }
    if (!isHost(child)) this.#paused.set(firstRunId, run);
    const inFlight = await this.look(run, view);
    if (inFlight.length === 0) this.#still.add(firstRunId);
    return inFlight.map((each) => ({ workflowId, ...each }));
  }

  async #ask({ workflowId, runId }: ChildRun, child: InFlight): Promise<void> {
    // The owner of an agent's run pauses it itself.
    if (this.#asked.has(runId) || isHost(child)) return;
    this.#asked.add(runId);
    const handle = this.open.client.workflow.getHandle(workflowId, runId);
    // One that ends or continues in this moment is seen at the next look.
    await handle.signal(WIRE.pause, this.request).catch(() => undefined);
  }

  async #named(run: ChildRun, inFlight: InFlight[]): Promise<InFlight[]> {
    const key = ({ id }: InFlight) => `${run.runId}/${id}`;
    if (inFlight.some((each) => !this.#names.has(key(each))))
      for (const each of await nameInFlight(this.open, run, inFlight)) this.#names.set(key(each), each.name);
    return inFlight.map((each) => ({ ...each, name: this.#names.get(key(each)) ?? each.name }));
  }
}

/** Lets those children go on that were paused with their parent; which ones, and which stay paused. */
export async function resumeChildren(
  open: OpenClient,
  view: RunView,
  request: PauseRequest,
): Promise<{ resumed: ChildRun[]; stay: ChildRun[] }> {
  const resumed: ChildRun[] = [];
  const stay: ChildRun[] = [];
  for (const child of view.inFlight) {
    if (child.kind !== 'child' || child.runId === undefined || isHost(child)) continue;
    const now = await currentRun(open, child.id, child.runId);
    if (now === undefined || now.ended !== undefined) continue;
    const run = { workflowId: child.id, runId: now.runId };
    // One that a provider refuses tries again, as its parent does.
    if (now.paused?.kind === 'user' && now.paused.with === undefined) {
      stay.push(run);
      continue;
    }
    if (now.paused !== undefined) {
      const handle = open.client.workflow.getHandle(run.workflowId, run.runId);
      const sent = await handle.signal(WIRE.resume, request).then(
        () => true,
        () => false,
      );
      if (sent) resumed.push(run);
    }
    const below = await resumeChildren(open, now, request);
    resumed.push(...below.resumed);
    stay.push(...below.stay);
  }
  return { resumed, stay };
}

/** The newest run of a child's chain: its parent knows the first one only. */
async function currentRun(
  open: OpenClient,
  workflowId: string,
  firstRunId: string,
): Promise<RunView | undefined> {
  // One that was deleted meanwhile is as good as ended.
  const view = await viewRun(open, { workflowId, runId: firstRunId }).catch(() => undefined);
  if (view?.ended !== 'continued') return view;
  const newest = await viewRun(open, { workflowId }).catch(() => undefined);
  return newest?.firstRunId === firstRunId ? newest : undefined;
}

function isHost({ name }: InFlight): boolean {
  return name === WIRE.agentHost;
}
