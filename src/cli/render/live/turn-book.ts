import type { RunEvent } from '../../../client/index.js';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
export type ModelReply = Of<'model_call_completed'> | Of<'model_call_failed'>;
export type ToolEnd = Of<'tool_call_completed'> | Of<'tool_call_failed'>;

/** One turn of an agent: what the model said, and what became of the tool calls that it asked for. */
export interface Turn {
  key: string;
  runId: string;
  workflow: string;
  depth: number;
  /** Tells agents of one name apart: `researcher`, `researcher#2`. */
  conversation: string;
  turn: number;
  since: number;
  /** Of the model call. */
  activityId: string;
  reply?: ModelReply;
  running: Map<string, { name: string; since: number }>;
  done: ToolEnd[];
}

/** Turns that are under way. A turn ends with its last tool call, the next turn of its conversation, or its run. */
export class TurnBook {
  readonly #open = new Map<string, Turn>();
  readonly #workflows = new Map<string, string>();

  open(): Turn[] {
    return [...this.#open.values()];
  }

  workflowOf(runId: string): string {
    return this.#workflows.get(runId) ?? '';
  }

  /** Takes an event; the turns that it ends. */
  take(event: RunEvent): Turn[] {
    switch (event.type) {
      case 'run_started':
        this.#workflows.set(event.runId, event.workflow);
        return [];
      case 'turn_started': {
        const before = this.#close((turn) => turn.key.startsWith(conversationKey(event)));
        this.#begin(event);
        return before;
      }
      case 'model_call_completed':
      case 'model_call_failed': {
        const turn = this.#open.get(turnKey(event)) ?? this.#begin(event);
        turn.reply = event;
        return this.#closeIfDone(turn);
      }
      case 'token': {
        // A call that was sent once more, whole, goes on under another id.
        const turn = this.#open.get(turnKey(event));
        if (turn) turn.activityId = event.activityId;
        return [];
      }
      case 'tool_call_started':
        this.#turnOf(event)?.running.set(event.activityId, {
          name: `${event.server}.${event.tool}`,
          since: Date.parse(event.time),
        });
        return [];
      case 'tool_call_completed':
      case 'tool_call_failed': {
        const turn = this.#turnOf(event);
        if (!turn) return [];
        turn.running.delete(event.activityId);
        // It asks, or goes on as a task: its end comes with a later call.
        if (isUnfinished(event)) return [];
        turn.done.push(event);
        return this.#closeIfDone(turn);
      }
      case 'run_continued':
      case 'run_completed':
      case 'run_failed':
      case 'run_cancelled':
      case 'run_terminated':
      case 'run_timed_out':
        return this.#close((turn) => turn.runId === event.runId);
      default:
        return [];
    }
  }

  /** The turn that asked for a tool call; a workflow's own calls have none. */
  belongs(event: RunEvent): boolean {
    return 'callId' in event && event.turn !== undefined && this.#turnOf(event) !== undefined;
  }

  closeAll(): Turn[] {
    return this.#close(() => true);
  }

  #begin(event: Of<'turn_started'> | ModelReply): Turn {
    const { runId, conversation, turn, depth = 0 } = event;
    const begun: Turn = {
      key: turnKey(event),
      runId,
      workflow: this.workflowOf(runId),
      depth,
      conversation,
      turn,
      since: Date.parse(event.time),
      activityId: event.activityId,
      running: new Map(),
      done: [],
    };
    this.#open.set(begun.key, begun);
    return begun;
  }

  #turnOf(event: Of<'tool_call_started'> | Of<'tool_progress'> | ToolEnd): Turn | undefined {
    const { runId, conversation = '', turn = 0 } = event;
    return this.#open.get(turnKey({ runId, conversation, turn }));
  }

  #closeIfDone(turn: Turn): Turn[] {
    const { reply } = turn;
    if (reply === undefined || turn.running.size > 0) return [];
    const asked = reply.type === 'model_call_failed' ? 0 : reply.toolCalls.length;
    return turn.done.length < asked ? [] : this.#close((each) => each === turn);
  }

  #close(which: (turn: Turn) => boolean): Turn[] {
    const closed = this.open().filter(which);
    for (const { key } of closed) this.#open.delete(key);
    return closed;
  }
}

function isUnfinished(end: ToolEnd): boolean {
  return end.type === 'tool_call_completed' && (end.asks !== undefined || end.task !== undefined);
}

function conversationKey({ runId, conversation }: { runId: string; conversation: string }): string {
  return `${runId}/${conversation}\u0000`;
}

function turnKey(event: { runId: string; conversation: string; turn: number }): string {
  return `${conversationKey(event)}${event.turn}`;
}
