import type { JsonObject, JsonSchema } from '../json.js';
import type { ToolSampling } from './sampling.js';

/** What a tool wants to know of the person who uses it (`elicitation/create`). */
export type ToolQuestion =
  | { mode: 'form'; message: string; schema: JsonSchema }
  | { mode: 'url'; message: string; url: string };

/** What the tool gets (`ElicitResult`). */
export interface ToolAnswer {
  action: AnswerAction;
  /** Of an accepted form. */
  content?: JsonObject;
}
export type AnswerAction = 'accept' | 'decline' | 'cancel';

/** A call that ended with questions: it is made again with their answers, by any worker. */
export interface ToolAsks {
  /** By the server's own keys; none: it only wants to be called again, later. */
  questions: Record<string, ToolQuestion>;
  /** What the agent's model is to answer, by the server's own keys. */
  samplings?: Record<string, ToolSampling>;
  /** So many in all rounds of the call. */
  maxSamplings?: number;
  /** Answers that need no person (roots), by key. */
  given?: JsonObject;
  /** The server's `requestState`, byte for byte. */
  state?: string;
  /** A server of 2025 wants the pages visited first: called again without answers, and only if all were. */
  refusedUntilVisited?: true;
  /** Deadline of each question; none: it waits for ever. */
  timeoutMs?: number;
  maxRounds: number;
}

/** What a call carries of its questions. */
export interface CallAsks {
  /** Names the call for questions that its server pushes while it runs. */
  call: number;
  /** Of the round before. */
  responses?: JsonObject;
  state?: string;
}

/** Payload of the update `mcpa.ask`: an activity whose tool asks while it is called. */
export interface PushedQuestion {
  call: number;
  attempt: number;
  question: ToolQuestion;
  timeoutMs: number;
}
