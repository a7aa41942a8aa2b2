import type { McpServerConfig } from '../../../config/types.js';
import type { SessionRef } from '../../../core/index.js';
import { abortable } from '../abortable.js';
import type { ConnectContext } from '../connection/connect.js';
import { Connection } from '../connection/connection.js';
import { describe, McpCallError } from '../errors.js';
import { RunWatch } from './run-watch.js';

const IDLE_S = 3600;
const SWEEP_MS = 1000;
/** Ids of sessions that have ended, so that none of them begins again, empty. */
const REMEMBERED = 10_000;

interface LiveSession {
  id: string;
  server: string;
  run: SessionRef['run'];
  idleMs: number;
  opening: Promise<Connection>;
  connection?: Connection;
  users: number;
  usedAt: number;
  watch: RunWatch;
}

/** Whether a run, or the chain of continuations that it is one of, is open still. */
export type IsOpen = (run: SessionRef['run']) => Promise<boolean>;

/** Sessions of runs with stateful servers: each has a connection of its own, which is never replaced. */
export class ServerSessions {
  readonly #live = new Map<string, LiveSession>();
  readonly #ended = new Map<string, string>();
  readonly #closing = new Set<Promise<void>>();
  #sweep: NodeJS.Timeout | undefined;
  /** Set by the worker that keeps them; without it a session ends when it is idle. */
  isOpen: IsOpen | undefined;

  constructor(readonly context: ConnectContext) {}

  /** Runs `work` on the session's connection; begins the session with its first call. */
  async use<T>(
    server: string,
    config: McpServerConfig,
    ref: SessionRef,
    work: (connection: Connection) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const session = this.#session(server, config, ref);
    session.users++;
    try {
      const connection = await abortable(session.opening, signal);
      return await work(connection);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw this.#failed(session, error);
    } finally {
      session.users--;
      session.usedAt = Date.now();
      session.watch.used();
    }
  }

  /** The sessions as they are now. */
  list(): Array<{ server: string; run: SessionRef['run']; connection: Connection | undefined }> {
    return [...this.#live.values()].map(({ server, run, connection }) => ({ server, run, connection }));
  }

  async close(): Promise<void> {
    for (const session of this.#live.values()) this.#end(session, 'its worker was shut down');
    await Promise.all(this.#closing);
  }

  #session(server: string, config: McpServerConfig, ref: SessionRef): LiveSession {
    const open = this.#live.get(ref.id);
    if (open !== undefined) return open;
    const why = this.#ended.get(ref.id) ?? (ref.begin ? undefined : 'its worker does not have it any more');
    if (why !== undefined) throw lost(server, why, false);
    const opening = Connection.open(server, config, this.context, () => {
      if (this.#live.get(ref.id) === session) this.#end(session, 'its server ended or closed the connection');
    });
    const session: LiveSession = {
      id: ref.id,
      server,
      run: ref.run,
      idleMs: (config.session_idle_seconds ?? IDLE_S) * 1000,
      opening,
      users: 0,
      usedAt: Date.now(),
      watch: new RunWatch(),
    };
    this.#live.set(ref.id, session);
    opening.then(
      (connection) => {
        session.connection = connection;
        this.#warnOfNone(session, connection);
      },
      // Nothing had begun: the next call may try again.
      () => this.#forget(session),
    );
    this.#sweep ??= setInterval(() => this.#look(), SWEEP_MS).unref();
    this.context.log('debug', `MCP server ${server}: a session begins`, { server, ...ref.run });
    return session;
  }

  /** An error of a call: with the connection goes all that the server knew. */
  #failed(session: LiveSession, error: unknown): unknown {
    const { connection, server } = session;
    if (connection === undefined || !connection.broken) return error;
    this.#end(session, `its server ended: ${describe(error)}`);
    return lost(server, describe(error), error instanceof McpCallError && error.sent);
  }

  #warnOfNone({ server }: LiveSession, { config, transport }: Connection): void {
    if (config.transport !== 'streamable_http' || transport.sessionId !== undefined) return;
    const text = `MCP server ${server} is configured as stateful, but it keeps no sessions (it gave no Mcp-Session-Id)`;
    this.context.log('warning', text, { server });
  }

  #look(): void {
    for (const session of this.#live.values()) {
      if (session.users > 0) continue;
      const idle = Date.now() - session.usedAt;
      const kept = session.connection?.keptMs ?? 0;
      if (idle >= session.idleMs && kept === 0)
        this.#end(session, `nothing used it for ${Math.round(idle / 1000)} s`);
      else void this.#endWithRun(session, idle);
    }
  }

  async #endWithRun(session: LiveSession, idle: number): Promise<void> {
    if (this.isOpen === undefined || !session.watch.isDue(idle)) return;
    // An engine that doesn't answer says nothing about the run.
    const open = await this.isOpen(session.run).catch(() => true);
    session.watch.looked();
    if (!open && session.users === 0) this.#end(session, 'its run has ended');
  }

  /** False where it was forgotten before. */
  #forget(session: LiveSession): boolean {
    if (this.#live.get(session.id) !== session) return false;
    this.#live.delete(session.id);
    if (this.#live.size === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }
    return true;
  }

  #end(session: LiveSession, why: string): void {
    if (!this.#forget(session)) return;
    this.#ended.set(session.id, why);
    if (this.#ended.size > REMEMBERED) this.#ended.delete(this.#ended.keys().next().value as string);
    const { server, run } = session;
    this.context.log('debug', `MCP server ${server}: a session ends: ${why}`, { server, ...run });
    const closing = session.opening
      .then((connection) => connection.close())
      .catch(() => {})
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}

function lost(server: string, why: string, sent: boolean): McpCallError {
  return new McpCallError('session_lost', server, why, { sent });
}
