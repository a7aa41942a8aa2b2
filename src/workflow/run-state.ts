import type {
  Answer,
  BundledOptions,
  Conversation,
  DefinedAgent,
  NewQuestion,
  Refusal,
  RunSettings,
} from '../core/index.js';
import type { HostedAgent } from './host/hosted-agent.js';
import { Operations } from './operate/operations.js';

/** Until the run's first activity has answered; the loop never issues a command on these alone. */
const UNSETTLED: RunSettings = { maxIterations: 50, parallelToolCalls: true, moveAtBytes: 3 * 1024 * 1024 };

type AskElsewhere = (question: NewQuestion, timeoutMs: number | undefined) => Promise<Answer | undefined>;

interface RunState {
  options: BundledOptions;
  settings: RunSettings | undefined;
  /** The config's agents, from the first that was fetched on. */
  agents: Promise<DefinedAgent[]> | undefined;
  conversations: Map<string, Conversation>;
  /** Conversation ids that are taken, also by conversations that live elsewhere. */
  conversationIds: Set<string>;
  operations: Operations | undefined;
  /** Agents that live in runs of their own, by conversation. */
  hosted: Map<string, HostedAgent>;
  /** In a host: questions are the owner's to ask. */
  askElsewhere: AskElsewhere | undefined;
  /** In a host: a provider takes no calls, which is for its owner to hold. */
  refusedElsewhere: ((refusal: Refusal) => void) | undefined;
  /** Bytes of this run's history that a conversation was carried in with. */
  carriedBytes: number;
  /** What mcpa wrote into the details that the Web UI shows. */
  shownDetails: string;
}

const initial = (): RunState => ({
  options: { defaultTimeoutMs: 600_000, heartbeatMs: 10_000, retry: {} },
  settings: undefined,
  agents: undefined,
  conversations: new Map(),
  conversationIds: new Set(),
  operations: undefined,
  hosted: new Map(),
  askElsewhere: undefined,
  refusedElsewhere: undefined,
  carriedBytes: 0,
  shownDetails: '',
});

/** A property of the global object, which Temporal keeps for each execution. */
const KEY = Symbol.for('mcpa.run');

function current(): RunState {
  const home = globalThis as { [KEY]?: RunState };
  home[KEY] ??= initial();
  return home[KEY];
}

/**
 * The state of the execution that asks. This module, as all of mcpa's, is evaluated once and shared by a worker's
 * executions (shared.ts): nothing of an execution may be kept in a module.
 */
export const runState = new Proxy({} as RunState, {
  get: (_, name) => current()[name as keyof RunState],
  set: (_, name, value) => Reflect.set(current(), name, value),
});

/** The run's gate, questions and record; the interceptor makes them before the workflow starts. */
export function operations(): Operations {
  runState.operations ??= new Operations({});
  return runState.operations;
}

/** The first recorded settings hold for the whole run, whatever the config says later. */
export function settle(settings: RunSettings | undefined): void {
  if (settings !== undefined) runState.settings ??= settings;
}

export function settings(): RunSettings {
  return runState.settings ?? UNSETTLED;
}

/** A conversation id that is free in this run: the agent's name, numbered from the second on. */
export function conversationId(agent: string): string {
  let id = agent;
  for (let n = 2; runState.conversationIds.has(id); n++) id = `${agent}#${n}`;
  runState.conversationIds.add(id);
  return id;
}
