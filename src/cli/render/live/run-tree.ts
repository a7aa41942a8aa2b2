import type { RunEvent } from '../../../client/index.js';
import { questionParts } from '../transcript.js';
import { oneLine } from '../width.js';
import { TurnBook } from './turn-book.js';

/** Text of a model call that streams, kept for its end. */
const KEPT_TEXT = 400;

export interface Step {
  runId: string;
  name: string;
  since: number;
  /** A timer's end. */
  until?: number;
}

export interface OpenRun {
  runId: string;
  workflowId: string;
  workflow: string;
  depth: number;
  since: number;
}

export interface Retry {
  attempt: number;
  at: number;
  message: string;
}

/** For the live tree and for a log. */
export function waitingText({ for: what, ahead }: RunEvent & { type: 'waiting' }): string {
  const why = what === 'retry_after' ? 'the provider asked to wait' : what;
  return `waits for its turn (${why}${ahead ? `, ${ahead} ahead` : ''})`;
}

/** `3 of 10 sorting`, or where its task is. */
export function progressText({
  progress,
  total,
  message,
  task,
}: RunEvent & { type: 'tool_progress' }): string {
  const done = progress === undefined ? '' : `${progress}${total === undefined ? '' : ` of ${total}`} `;
  return oneLine(done + (message ?? (task === undefined ? '' : `task ${task}`)), 160).trim();
}

function pausedText({ kind, by, provider, server }: RunEvent & { type: 'paused' }): string {
  if (server !== undefined) return `waits for a login: mcpa mcp login ${oneLine(server, 60)}`;
  if (kind !== 'user')
    return `waits for ${kind === 'auth' ? 'a valid key' : 'credit'} (${oneLine(provider ?? '', 40)})`;
  return by === undefined ? 'paused' : `paused by ${oneLine(by, 40)}`;
}

/** What is under way in a run and its children: the state behind the live tree. */
export class RunTree {
  readonly turns = new TurnBook();
  /** In the order of their start; the first is the followed run. */
  readonly runs = new Map<string, OpenRun>();
  /** Tool calls and activities of the workflow's own, and its timers. */
  readonly steps = new Map<string, Step>();
  readonly questions = new Map<string, { text: string; how: string }>();
  readonly streams = new Map<string, string>();
  readonly retries = new Map<string, Retry>();
  readonly sums: { turns: number; tokens: number; cost?: number } = { turns: 0, tokens: 0 };
  /** Model calls that wait for their provider's limits. */
  readonly limits = new Map<string, string>();
  /** What servers say of their calls. */
  readonly progress = new Map<string, string>();
  readonly paused = new Map<string, string>();
  begun = Date.now();
  status = 'starting';

  /** Takes an event; the turns that it ends. */
  take(event: RunEvent): ReturnType<TurnBook['take']> {
    const ended = this.turns.take(event);
    const { runId } = event;
    const at = Date.parse(event.time);
    if (event.live === undefined && this.status === 'no engine') this.status = 'running';
    switch (event.type) {
      case 'run_started':
        if (this.runs.size === 0) this.begun = at;
        if (event.depth === undefined) this.status = 'waiting for a worker';
        this.runs.set(runId, {
          runId,
          workflowId: event.workflowId,
          workflow: event.workflow,
          depth: event.depth ?? 0,
          since: at,
        });
        break;
      case 'task_started':
        if (event.depth === undefined) this.status = 'running';
        break;
      case 'task_failed':
        this.status = 'blocked';
        break;
      case 'engine_lost':
        this.status = 'no engine';
        break;
      case 'cancel_requested':
        if (event.depth === undefined) this.status = 'cancelling';
        break;
      case 'paused':
        this.paused.set(runId, pausedText(event));
        break;
      case 'resumed':
        this.paused.delete(runId);
        break;
      case 'question_asked':
        this.questions.set(`${runId}/${event.question}`, questionParts(event));
        break;
      case 'question_closed':
        this.questions.delete(`${runId}/${event.question}`);
        break;
      case 'tool_call_started':
        if (!this.turns.belongs(event)) this.#step(event, `${event.server}.${event.tool}`);
        break;
      case 'activity_started':
        this.#step(event, event.name);
        break;
      case 'timer':
        this.#timer(event);
        break;
      case 'model_call_completed': {
        const { input, output, cacheRead, cacheWrite, cost } = event.usage;
        this.sums.turns += 1;
        this.sums.tokens += input + output + cacheRead + cacheWrite;
        if (cost !== undefined) this.sums.cost = (this.sums.cost ?? 0) + cost;
        break;
      }
      case 'token': {
        const key = `${runId}/${event.activityId}`;
        this.streams.set(key, ((this.streams.get(key) ?? '') + event.text).slice(-KEPT_TEXT));
        break;
      }
      case 'waiting': {
        const key = `${runId}/${event.activityId}`;
        if (event.for === undefined) this.limits.delete(key);
        else this.limits.set(key, waitingText(event));
        break;
      }
      case 'tool_progress':
        this.progress.set(`${runId}/${event.activityId}`, progressText(event));
        break;
      case 'retry':
        this.retries.set(`${runId}/${event.activityId}`, {
          attempt: event.attempt,
          at: at + event.nextMs,
          message: event.message,
        });
        this.streams.delete(`${runId}/${event.activityId}`);
        break;
      default:
        if (event.type.startsWith('run_')) this.#end(runId);
    }
    if ('activityId' in event && /_(completed|failed)$/.test(event.type)) {
      const key = `${runId}/${event.activityId}`;
      for (const map of [this.steps, this.streams, this.retries, this.limits, this.progress]) map.delete(key);
    }
    return ended;
  }

  #step(event: RunEvent & { activityId: string }, name: string): void {
    this.steps.set(`${event.runId}/${event.activityId}`, {
      runId: event.runId,
      name,
      since: Date.parse(event.time),
    });
  }

  #timer(event: RunEvent & { type: 'timer' }): void {
    const key = `${event.runId}/timer ${event.timerId}`;
    if (event.state !== 'started') {
      this.steps.delete(key);
      return;
    }
    const since = Date.parse(event.time);
    const name = event.summary === undefined ? 'timer' : `timer ${oneLine(event.summary, 60)}`;
    this.steps.set(key, { runId: event.runId, name, since, until: since + (event.ms ?? 0) });
  }

  #end(runId: string): void {
    this.runs.delete(runId);
    this.paused.delete(runId);
    for (const map of [this.steps, this.streams, this.retries, this.limits, this.progress, this.questions])
      for (const key of map.keys()) if (key.startsWith(`${runId}/`)) map.delete(key);
  }
}
