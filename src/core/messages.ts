import type { Json, JsonObject, JsonSchema } from './json.js';

/** MCP's content block (`ContentBlock` of the specification), the only content that messages carry. */
export type ContentPart =
  | { type: 'text'; text: string }
  | { type: 'image'; data: string; mimeType: string }
  | { type: 'audio'; data: string; mimeType: string }
  | { type: 'resource'; resource: { uri: string; mimeType?: string; text?: string; blob?: string } }
  | { type: 'resource_link'; uri: string; name: string; mimeType?: string; description?: string };

/** How a call waits for approval. */
export interface Approval {
  /** Deadline of the decision; none: it waits for ever. */
  timeoutMs?: number;
  /** What the deadline decides. */
  onTimeout: 'approve' | 'refuse';
}

/** Where a tool call goes, decided by the generate activity from the worker's catalogue. */
export interface ToolTarget {
  server: string;
  tool: string;
  /** `readOnlyHint` or `idempotentHint`: the call may be repeated after its request was sent. */
  repeatable: boolean;
  timeoutMs: number;
  /** Set where the config wants a person's approval for the call. */
  approval?: Approval;
  /** Set for a stateful server: the task queue of the worker that owns the session. */
  taskQueue?: string;
}

export interface ToolCallPart {
  type: 'tool_call';
  id: string;
  /** The name that the model used. */
  name: string;
  arguments: JsonObject;
  /** An MCP tool. Absent for a local tool and for a problem. */
  target?: ToolTarget;
  /** Why the call can't be made (unknown tool, arguments that don't parse): told to the model, never run. */
  problem?: string;
}

/** Provider data that must be sent back as it came (thinking blocks, reasoning items). */
export interface OpaquePart {
  type: 'opaque';
  provider: string;
  data: Json;
}

export type AssistantPart = { type: 'text'; text: string } | ToolCallPart | OpaquePart;

/** A local tool as the model sees it. */
export interface LocalToolSpec {
  name: string;
  description?: string;
  inputSchema: JsonSchema;
}

/** The first item of each conversation: what the agent is. */
export interface DefinitionItem {
  role: 'definition';
  agent: string;
  instruction: string;
  serverNames: string[];
  tools: LocalToolSpec[];
}
export interface UserItem {
  role: 'user';
  content: ContentPart[];
  /** The answer to this message must satisfy it (structured output). */
  outputSchema?: JsonSchema;
}
export interface AssistantItem {
  role: 'assistant';
  /** Unique to the attempt that produced it; part of the conversation's digest. */
  id: string;
  content: AssistantPart[];
  /** Tokens of the request and this answer, as the provider counted them. */
  tokens?: number;
}
export interface ToolItem {
  role: 'tool';
  callId: string;
  /** Unique to the attempt that produced it; part of the conversation's digest. */
  id: string;
  content: ContentPart[];
  isError?: boolean;
  /** The model sees this many characters of it, the first and the last ones. */
  limit?: number;
  /** The result is a part of another one, which stands in the conversation already; `content` is empty. */
  part?: ResultPart;
}
export interface ResultPart {
  /** `id` of the other result. */
  of: string;
  offset: number;
  length: number;
}

/** What the model no longer sees, as of one request; a later one replaces it. Numbers are indexes of items. */
export interface LeftOut {
  /** Items before it are replaced by the text; the last request of the user stays. */
  summary?: { before: number; text: string };
  /** Tool results before it are replaced by a line that names them. */
  resultsBefore?: number;
}

/** From here on the model is asked without what is left out. */
export interface CompactionItem {
  role: 'compaction';
  id: string;
  leftOut: LeftOut;
}
export type ConversationItem = DefinitionItem | UserItem | AssistantItem | ToolItem | CompactionItem;

/** What a model can be shown. */
export type MessageItem = UserItem | AssistantItem | ToolItem;

/** The text of an item's text parts, joined by newlines. */
export function textOf(parts: ReadonlyArray<{ type: string; text?: string }>): string {
  return parts
    .filter((part) => part.type === 'text')
    .map((part) => part.text ?? '')
    .join('\n');
}
