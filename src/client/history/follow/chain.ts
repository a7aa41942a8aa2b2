import type { OpenClient } from '../../connection.js';
import { timeOf } from '../../presence.js';
import { type EventBody, isEnd } from '../events.js';
import { HistoryReader } from '../history-reader.js';
import { closing } from '../read/closing.js';
import { Children } from './children.js';
import type { Position } from './cursor.js';
import { pollLive } from './live.js';
import type { Pace } from './pace.js';
import { historyPages } from './pages.js';

/** Where an event stands: its run, and in its history when it is durable. */
export interface Origin {
  workflowId: string;
  runId: string;
  depth: number;
  parent?: string;
  at?: Position;
}

/** What the followers of one tail have in common. */
export interface Tail {
  open: OpenClient;
  signal: AbortSignal;
  live: boolean;
  /** Children's own events are told. */
  children: boolean;
  pace: Pace;
  /** Where to go on in a run that was read before. */
  resumeAt(runId: string, depth: number): Position | undefined;
  /** True while a child's place in the cursor belongs to none that was found yet. */
  unclaimed(): boolean;
  emit(body: EventBody, time: number, origin: Origin): void;
  forget(runId: string): void;
  childFailed(error: unknown): void;
}

/** Follows one run and those that it continues as, with their children. */
export class ChainFollower {
  readonly #settle = new AbortController();
  #runId: string;

  constructor(
    private readonly tail: Tail,
    private readonly run: { workflowId: string; runId: string; depth: number; parent?: string },
  ) {
    this.#runId = run.runId;
  }

  /** Nothing is waited for any more: what stands in history is read, and then it ends. */
  settle(): void {
    this.#settle.abort();
  }

  /** The run that started this one tells its end: the cursor needs no place in it. */
  forget(): void {
    this.tail.forget(this.#runId);
  }

  #emit(body: EventBody, time: number, origin: Origin): void {
    // The place in a run that has continued holds until the next one has told something.
    if (origin.at !== undefined && origin.runId !== this.#runId) {
      this.forget();
      this.#runId = origin.runId;
    }
    this.tail.emit(body, time, origin);
  }

  async follow(): Promise<void> {
    let next: string | undefined = await this.#startingRun();
    while (next !== undefined && !this.tail.signal.aborted) next = await this.#followRun(next);
  }

  /** A child that has continued as new since is found by its place in the cursor. */
  async #startingRun(): Promise<string> {
    const { tail, run } = this;
    if (run.depth === 0 || !tail.unclaimed()) return run.runId;
    let runId: string | undefined = run.runId;
    while (runId) {
      if (tail.resumeAt(runId, run.depth)) {
        this.#runId = runId;
        return runId;
      }
      runId = await this.#continuedAs(runId);
    }
    return run.runId;
  }

  async #continuedAs(runId: string): Promise<string | undefined> {
    const { client, where } = this.tail.open;
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace: where.namespace,
      execution: { workflowId: this.run.workflowId, runId },
      // HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT; of an open run it is the newest event.
      historyEventFilterType: 2,
      skipArchival: true,
    });
    const last = history?.events?.at(-1);
    const end = last && closing(last);
    return end?.type === 'run_continued' ? end.newRunId : undefined;
  }

  /** The id of the next run when this one continues as another. */
  async #followRun(runId: string): Promise<string | undefined> {
    const { tail, run } = this;
    const { workflowId, depth } = run;
    const origin = { ...run, runId };
    const reader = new HistoryReader();
    const children = new Children(
      tail.children ? depth : Number.POSITIVE_INFINITY,
      (id, childRunId) =>
        new ChainFollower(tail, { workflowId: id, runId: childRunId, depth: depth + 1, parent: workflowId }),
      tail.childFailed,
    );
    const live = new AbortController();
    const stopLive = () => live.abort();
    tail.signal.addEventListener('abort', stopLive, { once: true });
    const emitLive = (body: EventBody) => tail.emit(body, Date.now(), origin);
    const poller = tail.live
      ? pollLive({ ...tail, workflowId, runId, reader, emit: emitLive }, live.signal)
      : Promise.resolve();
    let from = tail.resumeAt(runId, depth);
    try {
      const pages = historyPages({
        open: tail.open,
        execution: { workflowId, runId },
        signal: tail.signal,
        settle: this.#settle.signal,
        onLost: () => {
          const message = `no answer from ${tail.open.where.address}; trying again`;
          if (depth === 0) emitLive({ type: 'engine_lost', message });
        },
      });
      for await (const events of pages) {
        for (const event of events) {
          const id = Number(event.eventId);
          for (const [sub, body] of reader.read(event).entries()) {
            const told = from !== undefined && (id < from.event || (id === from.event && sub <= from.sub));
            if (body.type === 'child') await this.#child(children, body, told);
            if (isEnd(body) || body.type === 'run_continued') {
              children.begin();
              await children.settle();
            }
            if (!told) this.#emit(body, timeOf(event.eventTime), { ...origin, at: { event: id, sub } });
            if (body.type === 'run_continued') return body.newRunId;
            if (isEnd(body)) return undefined;
            if (!told) children.begin();
          }
          if (from !== undefined && id >= from.event) {
            from = undefined;
            children.begin();
          }
        }
      }
      await children.settle();
      return undefined;
    } finally {
      tail.signal.removeEventListener('abort', stopLive);
      live.abort();
      await poller;
    }
  }

  async #child(children: Children, body: EventBody & { type: 'child' }, _told: boolean): Promise<void> {
    const { childId, state } = body;
    if (state === 'not_started') return;
    if (state !== 'started') {
      if (children.isUnfollowed(childId)) body.statesOnly = true;
      await children.ended(childId);
      return;
    }
    if (!children.started(body)) body.statesOnly = true;
  }
}
