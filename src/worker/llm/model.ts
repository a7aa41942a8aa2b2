import type {
  AssistantPart,
  JsonSchema,
  MessageItem,
  RequestParams,
  StopReason,
  Usage,
} from '../../core/index.js';
import type { Waiting } from './limits/rate-limiter.js';

export interface OfferedTool {
  /** Safe for every provider already: `[a-zA-Z0-9_-]{1,64}`. */
  name: string;
  description?: string;
  inputSchema: JsonSchema;
}

export interface ModelRequest {
  /** The model's name without its provider. */
  model: string;
  instruction: string;
  /** The conversation as the model sees it. */
  items: MessageItem[];
  /** The whole conversation, where the model doesn't see all of it. */
  history?: MessageItem[];
  /** The answer is no turn of the conversation but a summary of it. */
  purpose?: 'summary';
  tools: OfferedTool[];
  outputSchema?: JsonSchema;
  params: RequestParams;
  /** The tools stay declared (the conversation refers to them), but none may be called. */
  withholdTools?: boolean;
  agent: string;
  turn: number;
}

export interface ModelResponse {
  content: AssistantPart[];
  stopReason: StopReason;
  /** `provider:name` as the provider names what answered. */
  model: string;
  usage: Usage;
}

export interface ModelCall {
  signal: AbortSignal;
  onText(delta: string): void;
  /** The provider showed a sign of life: any event, text or not. */
  onAlive(): void;
  /** Whose turn it is, where calls wait for the provider's limits. */
  run?: string;
  /** The call waits for its turn; undefined when that has come. */
  onWaiting?(waiting: Waiting | undefined): void;
  /** Milliseconds for the call itself, from its turn on. */
  budgetMs?: number;
}

export interface Model {
  generate(request: ModelRequest, call: ModelCall): Promise<ModelResponse>;
}

export const PROVIDERS = ['anthropic', 'openai', 'scripted'] as const;
export type Provider = (typeof PROVIDERS)[number];
