import type { JsonObject, JsonSchema } from '../json.js';
import type { Usage } from '../usage.js';
import type { AnswerAction } from './asks.js';
import type { SamplingShown } from './sampling.js';
import type { SessionRef } from './tool-calls.js';

/** Search attribute (KeywordList) that says what state a run is in; fixed words, no user text. */
export const STATE_ATTRIBUTE = 'McpaState';
export type RunState = 'paused' | 'human' | 'auth' | 'blocked';

/** The memo field that `list` and `inbox` read: one value, so that a write replaces it whole. */
export const MEMO = 'mcpa';

/** The memo field for what people wrote and a run hands on: Temporal's codecs leave headers as they are. */
export const CARRIED = 'mcpa-carried';

/** Header fields of a run: set by the client or by the run before it, never by user code. */
export const HEADER = {
  /** Present: the namespace knows `McpaState`. Decided at start, so that replay can't differ. */
  stateAttribute: 'mcpa-state-attribute',
  /** What a run hands to the one that continues it. */
  carry: 'mcpa-carry',
} as const;

/**
 * `form` and `url` are a tool's own questions: a form to fill, a page to visit; `sampling`: may the agent's model answer
 * what a tool asks it?
 */
export type QuestionKind = 'input' | 'approval' | 'form' | 'url' | 'sampling';

/** A question of a run to a person. */
export interface Question {
  /** Unique in the run and its continuations: `q1`, `q2`, … */
  id: string;
  kind: QuestionKind;
  prompt: string;
  choices?: string[];
  /** Taken when the deadline passes. */
  default?: string;
  /** ISO 8601. */
  askedAt: string;
  expiresAt?: string;
  /** The agent whose model asks, or whose tool call waits. */
  agent?: string;
  /** Of a form: the JSON Schema of its fields, as the server sent it. */
  schema?: JsonSchema;
  /** The page to visit. */
  url?: string;
  /** What the tool asks the model. */
  sampling?: SamplingShown;
  /** The call that waits for approval, or whose tool asks. */
  tool?: { server: string; tool: string; arguments: JsonObject };
}

export type Decision = 'approve' | 'refuse';

/** Payload of the update and of the signal `mcpa.answer`. */
export interface Answer {
  /** Made by the sender: the same answer sent twice, by update and by signal, counts once. */
  answerId: string;
  /** Absent: the only open question, or the next one when none is open. */
  question?: string;
  text?: string;
  /** For an approval, and for a sampling. */
  decision?: Decision;
  /** For an approval: approve with these arguments instead. */
  arguments?: JsonObject;
  /** For a form or a page. */
  action?: AnswerAction;
  /** For a form that is accepted: its fields. */
  content?: JsonObject;
  by?: string;
}

export type ClosedHow = 'answered' | 'expired' | 'default' | 'cancelled';

export interface ClosedQuestion {
  id: string;
  how: ClosedHow;
  /** ISO 8601. */
  at: string;
  answerId?: string;
  by?: string;
  text?: string;
  decision?: Decision;
  action?: AnswerAction;
  /** The arguments were changed by the answer. */
  edited?: boolean;
}

export interface RefusedAnswer {
  answerId: string;
  reason: string;
}

/** Why a model's provider, or an MCP server, takes no calls until a person has done something; recorded with the call's failure. */
export interface Refusal {
  kind: 'auth' | 'quota';
  provider: string;
  message: string;
  /** What to do about it. */
  fix?: string;
  /** The MCP server that wants a login: the login resumes the run. */
  server?: string;
}

/** Who closed the gate: a person, or a provider that refused the key (`auth`) or wants money (`quota`). */
export interface PauseInfo {
  /** ISO 8601. */
  at: string;
  kind: 'user' | Refusal['kind'];
  by?: string;
  reason?: string;
  /** Workflow id of the run that it was paused with, as a child of it: it goes on with that one. */
  with?: string;
  /** Of a refusal: whose, in its words, and what to do about it. */
  provider?: string;
  message?: string;
  fix?: string;
  server?: string;
}

/** A person has to mend something before the run can go on: `resume` alone does not help. */
export function isRefused<P extends Pick<PauseInfo, 'kind'>>(
  paused: P | undefined,
): paused is P & { kind: Refusal['kind'] } {
  return paused?.kind === 'auth' || paused?.kind === 'quota';
}

/** Payload of `mcpa.pause`; `resume` takes the same. */
export interface PauseRequest {
  by?: string;
  reason?: string;
  /** Of a child run: it is paused with this one. */
  with?: string;
}

/** What a run has used so far. `retries`: attempts beyond the first of calls that succeeded. */
export interface RunTotals {
  turns: number;
  toolCalls: number;
  retries: number;
  usage: Usage;
}

export interface ProgressTask {
  description: string;
  agent: string;
  state: 'planned' | 'running' | 'done' | 'failed';
}

/** What a pattern of the run plans, and how far it is. */
export interface RunProgress {
  /** Name of the pattern. */
  pattern: string;
  objective: string;
  steps: Array<{ description: string; tasks: ProgressTask[] }>;
  /** Tasks in all, where `steps` has only some of them: those around the ones under way. */
  total?: number;
  /** Place of the first of them, from 0; absent: the first of all. */
  first?: number;
}

/** The memo: exact for a closed run (`final`), otherwise as of its last write. */
export interface RunMemo extends RunTotals {
  v: 1;
  final?: true;
  /** Of a refusal and a person's pause at once, the refusal. */
  paused?: PauseInfo;
  /** Open questions, long texts shortened: the query `mcpa.status` has them whole. */
  questions?: Question[];
  /** Questions that closed since the write before. */
  closed?: ClosedQuestion[];
  /** The plan that changed last as of this write, shortened; the query `mcpa.status` has all, and as they are. */
  progress?: RunProgress;
}

export interface AgentTotals extends RunTotals {
  agent: string;
  conversation: string;
}

/** Answer of the query `mcpa.status`. */
export interface RunStatus extends RunTotals {
  v: 1;
  paused?: PauseInfo;
  /** Starts of activities, children, timers and signals that wait at the closed gate. */
  held: number;
  questions: Question[];
  /** The latest answers that were turned down, with the reason: a signal can't be told. */
  refused: RefusedAnswer[];
  agents: AgentTotals[];
  /** What the latest patterns of the run plan, and how far they are. */
  progress?: RunProgress[];
}

/** A run's session with a stateful MCP server, where it is and the how manieth. */
export interface McpSession extends SessionRef {
  taskQueue: string;
  generation: number;
}

/** What `continueAsNew` hands over: what people wrote in the memo `mcpa-carried`, the rest in the header `mcpa-carry`. */
export interface Carry {
  totals: RunTotals;
  /** By a person. */
  paused?: PauseInfo;
  /** By a provider. */
  refused?: PauseInfo;
  /** With stateful MCP servers, by server. */
  sessions?: Record<string, McpSession>;
  questionCount: number;
  early: Answer[];
}

export const NO_TOTALS: RunTotals = {
  turns: 0,
  toolCalls: 0,
  retries: 0,
  usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
};
