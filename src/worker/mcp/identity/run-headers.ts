import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Config } from '../../../config/index.js';
import { McpaError, WIRE } from '../../../core/index.js';
import { abortable } from '../abortable.js';
import type { TokensInUse } from '../auth/tokens-in-use.js';
import { describe, McpCallError } from '../errors.js';
import type { Headers, HeadersFor } from '../types.js';
import { ownerOf, type RunIdentity } from './owner.js';

/** A run's headers are asked for again after this long, or when the server refuses them. */
const FRESH_MS = 60_000;
const TIMEOUT_MS = 30_000;
const MOST = 1_000;

// biome-ignore lint/suspicious/noExplicitAny: the project's activities, whatever they take
type Activity = (input: any) => unknown;

/**
 * The headers that a run's calls carry: what the activity of `headers_from` returns for it. It is called here, within
 * the call's own activity, so that what it returns never stands in history.
 */
export class RunHeaders {
  readonly #kept = new Map<string, { headers: Promise<Headers>; at: number }>();
  #activities: Record<string, unknown> = {};

  constructor(
    readonly config: Config,
    readonly inUse: TokensInUse,
  ) {}

  /** The activities of the worker. */
  use(activities: object): void {
    checkHeadersFrom(this.config, activities);
    this.#activities = activities as Record<string, unknown>;
  }

  readonly of: HeadersFor = async (server, again) => {
    const { cancellationSignal, info } = Context.current();
    const { workflowExecution, workflowType } = info;
    const { workflowId = '', runId = '' } = workflowExecution ?? {};
    const key = JSON.stringify([server, workflowId, runId]);
    const kept = this.#kept.get(key);
    if (kept !== undefined && !again && Date.now() - kept.at < FRESH_MS)
      return abortable(kept.headers, cancellationSignal);
    const headers = this.#ask(server, { workflowId, workflowType: workflowType ?? '' });
    this.#kept.delete(key);
    this.#kept.set(key, { headers, at: Date.now() });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
    }
    headers.catch(() => this.#kept.delete(key));
    // Other calls of the run wait for them too: a call that is cancelled ends its own wait alone.
    return abortable(headers, cancellationSignal);
  };

  async #ask(server: string, run: RunIdentity): Promise<Headers> {
    const from = this.config.mcp.servers[server]?.headers_from ?? '';
    try {
      // An agent with a long conversation has a run of its own: its identity is that of the run it belongs to.
      const whose = run.workflowType === WIRE.agentHost ? await ownerOf(Context.current().client, run) : run;
      const activity = this.#activities[from] as Activity;
      const late = AbortSignal.timeout(TIMEOUT_MS);
      const given = await abortable(Promise.resolve(activity({ ...whose, server })), late);
      const headers = checked(given);
      for (const value of Object.values(headers))
        this.inUse.add(value, ...(/^\w+ (.+)$/.exec(value)?.slice(1) ?? []));
      return headers;
    } catch (error) {
      // Whoever throws one has decided what becomes of the run.
      if (error instanceof ApplicationFailure) throw error;
      const message = `the activity ${from} gave no headers for MCP server ${server}: ${describe(error)}`;
      throw new McpCallError('not_sent', server, message, { cause: error });
    }
  }
}

/** Throws where an activity is missing that the config names. */
export function checkHeadersFrom({ mcp }: Config, activities: object): void {
  for (const [name, { headers_from: from }] of Object.entries(mcp.servers)) {
    if (from === undefined || typeof (activities as Record<string, unknown>)[from] === 'function') continue;
    const known = Object.keys(activities).sort().join(', ') || 'none';
    throw new McpaError('CONFIG_INVALID', `mcp.servers.${name}.headers_from: there is no activity ${from}`, {
      hint: `export it from an activity file of the project; there are: ${known}`,
    });
  }
}

function checked(given: unknown): Headers {
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : undefined;
  // The SDK's error for a bad header has its value in it.
  if (entries === undefined || !entries.every(([name, value]) => isHeader(name, value)))
    throw ApplicationFailure.nonRetryable(
      'headers_from must return an object of header texts',
      'CONFIG_INVALID',
    );
  return Object.fromEntries(entries) as Headers;
}

function isHeader(name: string, value: unknown): boolean {
  return (
    /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
  );
}
