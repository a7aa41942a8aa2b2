import type {
  AssistantPart,
  ContentPart,
  ConversationItem,
  DefinitionItem,
  LeftOut,
  UserItem,
} from './messages.js';
import type { SessionRef } from './run/tool-calls.js';
import type { Usage } from './usage.js';

/** Every name that mcpa puts on the wire, written once. */
export const WIRE = {
  generate: 'mcpa.generate',
  callTool: 'mcpa.callTool',
  cancelTask: 'mcpa.cancelTask',
  listTools: 'mcpa.listTools',
  readResource: 'mcpa.readResource',
  getPrompt: 'mcpa.getPrompt',
  readConversation: 'mcpa.readConversation',
  agentDefinitions: 'mcpa.agentDefinitions',
  /** Workflow type of the host of an agent whose run's history grew long. */
  agentHost: 'mcpa.agent',
  /** Signal to a host. */
  host: 'mcpa.host',
  /** Signal of a host to the run whose agent it hosts. */
  hosted: 'mcpa.hosted',
  conversation: 'mcpa.conversation',
  status: 'mcpa.status',
  answer: 'mcpa.answer',
  ask: 'mcpa.ask',
  pause: 'mcpa.pause',
  resume: 'mcpa.resume',
  /** mcp-agent's signal for a human's answer. */
  provideHumanInput: 'provide_human_input',
} as const;

/** Failure types (`ApplicationFailure.type`) that cross between workflow, activity and client. */
export const FAILURE = {
  /** The worker could not reconstruct the conversation: the workflow sends it whole, once. */
  conversationMiss: 'mcpa.ConversationMiss',
  /** The tool's request was never sent, so repeating the call is safe. */
  toolNotSent: 'mcpa.ToolNotSent',
  /** The request was sent and its outcome can't be known. */
  toolOutcomeUnknown: 'mcpa.ToolOutcomeUnknown',
  /** The tool works on the call's task still: the engine looks again later. */
  taskWorking: 'mcpa.TaskWorking',
  /** The task was not done by its deadline, and its server was asked to end it. */
  taskTimedOut: 'mcpa.TaskTimedOut',
  /** The server knows the task no more, or was not to be reached for too long. */
  taskLost: 'mcpa.TaskLost',
  /** The worker's config wants a person's approval for this call; details: the `Approval`. */
  approvalRequired: 'mcpa.ApprovalRequired',
  /** What else goes wrong with an MCP server; its kind follows after a dot. */
  mcp: 'mcpa.Mcp',
  /** The server keeps a session for the run, and the call came without one; details: `SessionWanted`. */
  sessionWanted: 'mcpa.SessionWanted',
  /** The run's session with a stateful MCP server has gone, and its state with it. */
  sessionLost: 'mcpa.SessionLost',
  /** An answer that the run turned down. */
  answerRefused: 'mcpa.AnswerRefused',
  /** The run has as many questions of running calls open as it can hold. */
  askLater: 'mcpa.AskLater',
  /** The engine would refuse what the workflow hands over. */
  payloadTooLarge: 'mcpa.PayloadTooLarge',
  /** The host of an agent ended before its time. */
  agentLost: 'mcpa.AgentLost',
  userError: 'mcpa.WorkflowError',
} as const;

/** What happens when a conversation outgrows its model's context. */
export type ContextPolicy = 'none' | 'truncate_tools' | 'summarize';

/** How a request was made to fit, recorded with its answer. */
export interface Compaction {
  policy: Exclude<ContextPolicy, 'none'>;
  leftOut: LeftOut;
  /** Messages that were left out, or tool results that were replaced, beyond those before. */
  items: number;
  /** Estimates. */
  tokensBefore: number;
  tokensAfter: number;
}

/** Shape of one model request that a user may set per agent or per call. */
export interface RequestParams {
  maxTokens?: number;
  temperature?: number;
  stopSequences?: string[];
  /** Reasoning effort for models that have one. */
  effort?: 'low' | 'medium' | 'high';
  /** `false` runs the tool calls of one turn one after the other. */
  parallelToolCalls?: boolean;
  maxIterations?: number;
  /** Instead of the config's `context.policy`. */
  context?: ContextPolicy;
}

/** What shapes the commands of a run: read once by its first activity, fixed for the run. */
export interface RunSettings {
  maxIterations: number;
  parallelToolCalls: boolean;
  /** The model sees this many characters of a local tool's result; absent in older histories. */
  resultLimit?: number;
  /** Bytes of history from which on an agent moves to a run of its own. */
  moveAtBytes: number;
}

/** A tool result by reference: it stands in history already, as the result of its own activity. */
export interface ToolRef {
  role: 'tool_ref';
  callId: string;
  id: string;
}

export interface GenerateInput {
  agent: string;
  conversation: string;
  turn: number;
  /** Items in the conversation, `add` included. */
  length: number;
  /** Digest over all `length` items. */
  digest: string;
  /** Index of `add[0]`. */
  from: number;
  /** Items the worker can't know, and references to those it may. */
  add: Array<ConversationItem | ToolRef>;
  /** `provider:name`; absent: the config's default. */
  model?: string;
  params?: RequestParams;
  /** Tools are withheld, so that the model answers. */
  final?: boolean;
  /** No limit was given and the run has no settings yet: the worker withholds tools where the config allows one turn. */
  limitUnknown?: true;
  wantSettings?: boolean;
}

export type StopReason =
  | 'end_turn'
  | 'tool_use'
  | 'max_tokens'
  | 'stop_sequence'
  | 'refusal'
  | 'max_iterations';

export interface GenerateOutput {
  id: string;
  content: AssistantPart[];
  stopReason: StopReason;
  /** `provider:name` as answered. */
  model: string;
  usage: Usage;
  /** Digest of the tool catalogue offered. */
  catalog: string;
  compaction?: Compaction;
  /** Optional MCP servers that were down: their tools were not offered. */
  missing?: string[];
  /** Tokens of the last request and its answer, where `usage` is the sum of several. */
  contextTokens?: number;
  /** Attempt that answered, when it was not the first. */
  attempt?: number;
  settings?: RunSettings;
}

/** Query argument of `mcpa.conversation`; the answer is a page of at most `maxBytes`. */
export interface ConversationQuery {
  conversation: string;
  from: number;
  to: number;
  maxBytes: number;
}
/** A conversation as another run holds it, up to `length`. */
export interface ConversationRef {
  workflowId: string;
  /** Absent: the newest run of the id. */
  runId?: string;
  conversation: string;
  length: number;
  digest: string;
}
export interface ReadConversationInput extends ConversationQuery {
  workflowId: string;
  runId?: string;
}

export interface ConversationPage {
  items: ConversationItem[];
  next: number;
}

/** What the bundle carries of the config: it shapes activity options only, and holds no secret. */
export interface BundledOptions {
  defaultTimeoutMs: number;
  /** For model calls, where they may wait for a provider's limits. */
  modelTimeoutMs?: number;
  heartbeatMs: number;
  /** Retry policy by activity name, `server.tool`, `prefix*` or `*`. */
  retry: Record<string, RetryOptions>;
  /** Milliseconds by `server` or `server.tool`, where the config says. */
  toolTimeouts?: Record<string, number>;
  /** Messages and stacks of failures go through the payload codec too. */
  encryptFailures?: true;
  /** What is over the engine's limit may fit all the same. */
  compresses?: true;
}
export interface RetryOptions {
  maximumAttempts?: number;
  initialIntervalMs?: number;
  maximumIntervalMs?: number;
  backoffCoefficient?: number;
  nonRetryableErrorTypes?: string[];
}

export interface ListToolsInput {
  serverNames: string[];
  wantSettings?: boolean;
}
export interface ListedTool {
  server: string;
  name: string;
  description?: string;
  inputSchema: { [key: string]: unknown };
  annotations?: {
    readOnlyHint?: boolean;
    idempotentHint?: boolean;
    destructiveHint?: boolean;
    title?: string;
  };
}
export interface ReadResourceInput {
  uri: string;
  serverNames: string[];
  session?: SessionRef;
}
export interface ReadResourceOutput {
  contents: Array<{ uri: string; mimeType?: string; text?: string; blob?: string }>;
}
export interface GetPromptInput {
  name: string;
  arguments: Record<string, string>;
  serverNames: string[];
  session?: SessionRef;
}
export interface GetPromptOutput {
  description?: string;
  messages: Array<{ role: 'user' | 'assistant'; content: ContentPart }>;
}

/** An agent of the config, as a run recorded it. */
export interface DefinedAgent {
  name: string;
  instruction: string;
  serverNames: string[];
  model?: string;
  maxIterations?: number;
  humanInput?: boolean;
}
export interface AgentDefinitionsInput {
  wantSettings?: boolean;
}
/** All of them: which ones a run will fetch isn't known, and they are fixed from here on. */
export interface AgentDefinitionsOutput {
  agents: DefinedAgent[];
  settings?: RunSettings;
}

export type { ConversationItem, DefinitionItem, UserItem };
