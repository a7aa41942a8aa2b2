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

/** One per execution: Temporal evaluates this module anew for each. */
export const runState = {
  options: { defaultTimeoutMs: 600_000, heartbeatMs: 10_000, retry: {} } as BundledOptions,
  settings: undefined as RunSettings | undefined,
  /** The config's agents, from the first that was fetched on. */
  agents: undefined as Promise<DefinedAgent[]> | undefined,
  conversations: new Map<string, Conversation>(),
  /** Conversation ids that are taken, also by conversations that live elsewhere. */
  conversationIds: new Set<string>(),
  operations: undefined as Operations | undefined,
  /** Agents that live in runs of their own, by conversation. */
  hosted: new Map<string, HostedAgent>(),
  /** In a host: questions are the owner's to ask. */
  askElsewhere: undefined as AskElsewhere | undefined,
  /** In a host: a provider takes no calls, which is for its owner to hold. */
  refusedElsewhere: undefined as ((refusal: Refusal) => void) | undefined,
  /** Bytes of this run's history that a conversation was carried in with. */
  carriedBytes: 0,
};

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
