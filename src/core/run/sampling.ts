import type { ContentPart } from '../messages.js';

/** What a tool wants the agent's model to answer (`sampling/createMessage`). */
export interface ToolSampling {
  messages: SamplingMessage[];
  systemPrompt?: string;
  /** What it wants, or less where the config allows less. */
  maxTokens: number;
  temperature?: number;
  stopSequences?: string[];
  /** A person has to approve it first. */
  ask?: true;
  /** Deadline of the approval; none: it waits for ever. */
  timeoutMs?: number;
}
export interface SamplingMessage {
  role: 'user' | 'assistant';
  /** Text and images; of an assistant text alone. */
  content: ContentPart[];
}

/**
 * What the tool gets (`CreateMessageResult`), or what it is told instead; `why` is not for its server: it names people
 * and repeats what providers say.
 */
export type SamplingReply = { message: SampledMessage } | { refused: string; why?: string };
export interface SampledMessage {
  role: 'assistant';
  content: { type: 'text'; text: string };
  model: string;
  stopReason: string;
}

/** Of a question whether the model may answer a tool: what it is asked, an image as a line about it. */
export interface SamplingShown {
  messages: Array<{ role: 'user' | 'assistant'; text: string }>;
  systemPrompt?: string;
  maxTokens: number;
}

/** Payload of the update `mcpa.ask`: an activity whose tool asks the model while it is called. */
export interface PushedSampling {
  call: number;
  attempt: number;
  sampling: ToolSampling;
  timeoutMs: number;
}

/** As MCP names it. */
const STOP_REASONS: Record<string, string> = {
  end_turn: 'endTurn',
  stop_sequence: 'stopSequence',
  max_tokens: 'maxTokens',
};

export function samplingStopReason(reason: string): string {
  return STOP_REASONS[reason] ?? reason;
}

export function shownSampling({ messages, systemPrompt, maxTokens }: ToolSampling): SamplingShown {
  return {
    messages: messages.map(({ role, content }) => ({ role, text: content.map(shownPart).join('\n') })),
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
    maxTokens,
  };
}

function shownPart(part: ContentPart): string {
  if (part.type === 'text') return part.text;
  return 'mimeType' in part ? `[${part.type}, ${part.mimeType}]` : `[${part.type}]`;
}
