import { ApplicationFailure, uuid4, workflowInfo } from '@temporalio/workflow';
import { FAILURE, type McpSession } from '../../core/index.js';

/** Where a new session is agreed on: in the run itself, or at its owner. */
export type BeginSession = (
  server: string,
  taskQueue: string,
  /** The last one that is known to be lost. */
  lost: number,
) => McpSession | Promise<McpSession>;

/** The run's sessions with stateful MCP servers: one for each server, for all agents of the run. */
export class Sessions {
  readonly #open: Map<string, McpSession>;
  /** The last generation that was lost, by server. */
  readonly #lost = new Map<string, number>();
  /** The generation whose state a conversation counts on, by conversation and server. */
  readonly #known = new Map<string, number>();
  /** In an agent's host the owner's word. */
  elsewhere: BeginSession | undefined;

  constructor(carried: Record<string, McpSession> = {}) {
    this.#open = new Map(Object.entries(carried));
  }

  /** The task queue of the worker that keeps the server's session, when there is one. */
  taskQueueOf(server: string): string | undefined {
    return this.#open.get(server)?.taskQueue;
  }

  /** The session for a call; throws once where the conversation counts on one that was lost. */
  async enter(server: string, taskQueue: string, conversation: string): Promise<McpSession> {
    const lost = this.#lost.get(server) ?? 0;
    const session = this.#open.get(server) ?? (await (this.elsewhere ?? this.begin)(server, taskQueue, lost));
    this.#open.set(server, session);
    const key = `${conversation}\n${server}`;
    const known = this.#known.get(key) ?? session.generation;
    this.#known.set(key, session.generation);
    if (known < session.generation)
      throw sessionLost(server, 'another call of this run found it gone', false);
    return session;
  }

  /** One session for all who ask, until one of them says that it is lost. */
  readonly begin = (server: string, taskQueue: string, lost: number): McpSession => {
    const open = this.#open.get(server);
    if (open !== undefined && open.generation > lost) return open;
    const { workflowId, firstExecutionRunId: firstRunId } = workflowInfo();
    const last = Math.max(lost, open?.generation ?? 0, this.#lost.get(server) ?? 0);
    const session: McpSession = {
      id: uuid4(),
      run: { workflowId, firstRunId },
      taskQueue,
      generation: last + 1,
      begin: true,
    };
    this.#open.set(server, session);
    return session;
  };

  /** It has answered: from now on an empty one would be a loss. */
  answered(server: string, { generation }: McpSession): void {
    const open = this.#open.get(server);
    if (open?.generation !== generation || !open.begin) return;
    const { begin: _, ...begun } = open;
    this.#open.set(server, begun);
  }

  /** The next call begins a new one; the conversation that was told so counts on nothing any more. */
  lose(server: string, { generation }: McpSession, conversation: string): void {
    if (this.#open.get(server)?.generation === generation) this.#open.delete(server);
    this.#lost.set(server, Math.max(generation, this.#lost.get(server) ?? 0));
    const key = `${conversation}\n${server}`;
    if ((this.#known.get(key) ?? 0) <= generation) this.#known.delete(key);
  }

  /** For the run that continues this one. */
  carry(): { sessions?: Record<string, McpSession> } {
    return this.#open.size === 0 ? {} : { sessions: Object.fromEntries(this.#open) };
  }
}

/** What a call fails with whose session is gone; `sent`: its request may have reached the server. */
export function sessionLost(server: string, why: string, sent: boolean): ApplicationFailure {
  const outcome = sent ? 'the outcome of this call is unknown' : 'this call was not made';
  return ApplicationFailure.create({
    message: `the run's session with MCP server ${server} is lost, and its state with it: ${why}; ${outcome}`,
    type: FAILURE.sessionLost,
    nonRetryable: true,
    details: [{ server, sent }],
  });
}
