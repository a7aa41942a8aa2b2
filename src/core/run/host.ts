import type { ConversationRef, RequestParams } from '../contract.js';
import type { JsonSchema } from '../json.js';
import type { LoopProgress, LoopResult } from '../loop.js';
import type { ContentPart, ConversationItem, ToolCallPart, ToolItem } from '../messages.js';
import type { Answer, McpSession, Refusal, RunTotals } from './operate.js';
import type { NewQuestion } from './questions.js';

/** What shapes the requests of an agent, as far as it can travel to its host. */
export interface AgentSpec {
  name: string;
  model?: string;
  maxIterations?: number;
  requestParams?: RequestParams;
  /** Local tools that are activities, by name; the others are run by the agent's own run. */
  activities: Record<string, string>;
}

/** A conversation on its way to another run: whole where it is small, else read from where it is. */
export type CarriedConversation = { items: ConversationItem[] } | { ref: ConversationRef };

/** An agent between two runs: what `new Agent(options, snapshot)` goes on from. Plain data, small. */
export interface AgentSnapshot {
  v: 1;
  turns: number;
  carried: CarriedConversation;
}

/** One call on an agent. */
export interface AskRequest {
  seq: number;
  content: ContentPart[];
  outputSchema?: JsonSchema;
  params: RequestParams;
}

/** A call that is under way when its agent moves. */
export interface OpenAsk {
  /** `content` stands in the conversation already. */
  request: AskRequest;
  /** Number of the first turn of this call. */
  firstTurn: number;
  progress: LoopProgress;
}

/** Input of the workflow `mcpa.agent`, at its start and at each continuation. */
export interface HostInput {
  agent: AgentSpec;
  conversation: string;
  carried: CarriedConversation;
  turns: number;
  /** The run whose agent this is. */
  owner: { workflowId: string; runId: string };
  open?: OpenAsk;
  pending: AskRequest[];
  /** The last request for the owner that was numbered. */
  requests: number;
}

/** What an owner tells a host. */
export type HostMessage =
  | { kind: 'ask'; ask: AskRequest }
  | { kind: 'cancel'; seq: number }
  | { kind: 'reply'; id: number; reply: OwnerReply }
  /** Its owner is being cancelled, so that nothing may wait: what a provider refuses fails. */
  | { kind: 'unheld' }
  | { kind: 'close' };

/** What a host asks of its owner: only the owner has the code of local tools, and the questions. */
export type OwnerRequest =
  | { kind: 'tool'; call: ToolCallPart }
  | { kind: 'question'; question: NewQuestion; timeoutMs?: number }
  /** Which session with a stateful MCP server: all agents of the owner share one. */
  | { kind: 'session'; server: string; taskQueue: string; lost: number };

export type OwnerReply =
  | { item: ToolItem }
  | { session: McpSession }
  | { answer?: Answer }
  | { error: HostError };

/** An error on its way between runs. */
export interface HostError {
  message: string;
  type?: string;
  cancelled?: true;
}

/** What a host tells its owner. */
export type HostedMessage = { conversation: string } & (
  | {
      kind: 'result';
      seq: number;
      outcome: { result: LoopResult } | { error: HostError };
      /** All that the host has used so far. */
      totals: RunTotals;
      length: number;
      digest: string;
      /** Turns of the conversation so far. */
      turns: number;
    }
  | { kind: 'request'; id: number; request: OwnerRequest }
  /** Nobody waits for the answer of this request any more. */
  | { kind: 'withdrawn'; id: number }
  /** A provider takes no calls: the owner's gate closes, and with it those of all its agents. */
  | { kind: 'refused'; refusal: Refusal }
);
