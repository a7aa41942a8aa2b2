import {
  type AgentSnapshot,
  type CallToolOutput,
  type ContentPart,
  type GetPromptOutput,
  type JsonObject,
  type JsonSchema,
  type ListedTool,
  type LoopResult,
  type ReadResourceOutput,
  type RequestParams,
  WIRE,
} from '../../core/index.js';
import { callActivity } from '../calls/calls.js';
import { inSessions } from '../calls/in-sessions.js';
import { callTool } from '../calls/tool-calls.js';
import { runState } from '../run-state.js';
import { ASK_HUMAN, askHuman, type HumanInputTool } from './ask-human.js';
import { fromConfig } from './from-config.js';
import { Home } from './home.js';
import { type Output, parseOutput, type Schema, toJsonSchema } from './schema.js';
import type { LocalTool } from './tool.js';

export interface AgentOptions {
  name: string;
  instruction: string;
  /** MCP servers of the config whose tools the model may call. */
  serverNames?: string[];
  /** `provider:name`; the config's default otherwise. */
  model?: string;
  tools?: LocalTool[];
  /** Lets the model ask a person by a tool, `ask_human`. */
  humanInput?: boolean | HumanInputTool;
  maxIterations?: number;
  requestParams?: RequestParams;
}

/** A prompt: text, or MCP content blocks (images, resources). */
export type Prompt = string | ContentPart[];

/** The model's answers did not fit the schema, three times. */
export class StructuredOutputError extends Error {
  override readonly name = 'StructuredOutputError';
}

/** Re-asks after an answer that does not fit its schema. */
const RE_ASKS = 2;

/**
 * A model with an instruction, tools and a conversation that lasts as long as the run.
 * Calls on one agent are served in call order.
 */
export class Agent {
  readonly name: string;
  /** As it was given; an agent made of a snapshot goes on with the snapshot's. */
  readonly instruction: string;
  private readonly options: AgentOptions;
  private readonly home: Home;
  private asked = 0;
  /** The call that the next one waits for. */
  private last: Promise<unknown> | undefined;
  private closed = false;

  /** With a snapshot the agent goes on with that conversation, its instruction and tools included. */
  constructor(options: AgentOptions, from?: AgentSnapshot | Home) {
    this.name = options.name;
    this.instruction = options.instruction;
    this.options = options;
    this.home = from instanceof Home ? from : new Home(options, localTools(options), from);
  }

  /**
   * An agent of the config or of an agent file, as it was when this run fetched the first of them.
   *
   * @example await using writer = await Agent.fromConfig('writer');
   */
  static async fromConfig(name: string, overrides: Partial<AgentOptions> = {}): Promise<Agent> {
    return new Agent({ ...(await fromConfig(name)), ...overrides });
  }

  /** Asks, lets the model use its tools, and returns the text of its answer. */
  generateStr(prompt: Prompt, params?: RequestParams): Promise<string> {
    return this.generate(prompt, params).then(({ text }) => text);
  }

  /** Asks, lets the model use its tools, and returns the answer with its turns and usage. */
  generate(prompt: Prompt, params?: RequestParams): Promise<LoopResult> {
    return this.inOrder(() => this.ask(prompt, undefined, params));
  }

  /** Asks for an answer that fits a schema; throws `StructuredOutputError` after two re-asks. */
  generateStructured<S extends Schema>(
    prompt: Prompt,
    schema: S,
    params?: RequestParams,
  ): Promise<Output<S>> {
    const outputSchema = toJsonSchema(schema);
    return this.inOrder(async () => {
      let next = prompt;
      for (let reAsks = 0; ; reAsks++) {
        const { text } = await this.ask(next, outputSchema, params);
        const parsed = parseText(text, schema);
        if ('value' in parsed) return parsed.value as Output<S>;
        if (reAsks === RE_ASKS) throw new StructuredOutputError(`${this.name}: ${parsed.problem}`);
        next = `Your answer does not fit the schema: ${parsed.problem}. Answer again with JSON that does.`;
      }
    });
  }

  /** Calls one tool directly, without the model; a tool's own error is a result with `isError`. */
  async callTool(server: string, tool: string, args: JsonObject = {}): Promise<CallToolOutput> {
    const { toolTimeouts, defaultTimeoutMs } = runState.options;
    const timeoutMs = toolTimeouts?.[`${server}.${tool}`] ?? toolTimeouts?.[server] ?? defaultTimeoutMs;
    const callId = `${this.home.id}-direct-${++this.direct}`;
    const input = { agent: this.name, server, tool, arguments: args, callId, timeoutMs };
    const caller = { conversation: this.home.id, model: this.options.model };
    const output = await callTool(caller, input, {
      server,
      tool,
      repeatable: false,
      timeoutMs,
    });
    if (!('refused' in output)) return output;
    return { id: `e-${callId}`, content: [{ type: 'text', text: output.refused }], isError: true };
  }
  private direct = 0;

  /** The tools of this agent's servers, as the worker sees them now. */
  async listTools(): Promise<ListedTool[]> {
    const input = { serverNames: this.serverNames };
    return (
      await callActivity<{ tools: ListedTool[] }>(WIRE.listTools, input, { summary: `${this.name} · tools` })
    ).tools;
  }

  readResource(uri: string): Promise<ReadResourceOutput> {
    const input = { uri, serverNames: this.serverNames };
    return inSessions(this.home.id, input, (given, options) =>
      callActivity(WIRE.readResource, given, { summary: uri, ...options }),
    );
  }

  getPrompt(name: string, args: Record<string, string> = {}): Promise<GetPromptOutput> {
    const input = { name, arguments: args, serverNames: this.serverNames };
    return inSessions(this.home.id, input, (given, options) =>
      callActivity(WIRE.getPrompt, given, { summary: name, ...options }),
    );
  }

  /** An agent that starts from this conversation and goes its own way. */
  fork(): Agent {
    return new Agent(this.options, this.home.fork());
  }

  /**
   * The conversation for a workflow that continues as new by itself: pass it on, and make the agent of it there.
   *
   * @example await continueAsNew<typeof Chat>(agent.snapshot()); // and: new Agent(options, snapshot)
   */
  snapshot(): AgentSnapshot {
    return this.home.snapshot();
  }

  /** Ends the agent; later calls are refused. `await using` does the same at the end of the scope. */
  close(): Promise<void> {
    this.closed = true;
    return this.last === undefined ? this.home.close() : this.last.then(() => this.home.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private get serverNames(): string[] {
    return this.options.serverNames ?? [];
  }

  /** Here and below it a promise is made only where one is needed: the SDK takes a stack for each. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed) return Promise.reject(new Error(`agent ${this.name} is closed`));
    const result = this.last === undefined ? work() : this.last.then(work);
    const ended = () => {
      if (this.last === last) this.last = undefined;
    };
    const last = result.then(ended, ended);
    this.last = last;
    return result;
  }

  private ask(
    prompt: Prompt,
    outputSchema: JsonSchema | undefined,
    params: RequestParams = {},
  ): Promise<LoopResult> {
    return this.home.ask({
      seq: ++this.asked,
      content: typeof prompt === 'string' ? [{ type: 'text', text: prompt }] : prompt,
      params,
      ...(outputSchema === undefined ? {} : { outputSchema }),
    });
  }
}

function localTools({ name, tools = [], humanInput }: AgentOptions): LocalTool[] {
  if (humanInput === undefined || humanInput === false) return tools;
  if (tools.some((each) => each.name === ASK_HUMAN))
    throw new TypeError(`agent ${name}: its tool ${ASK_HUMAN} and \`humanInput\` have one name`);
  return [...tools, askHuman(name, humanInput === true ? {} : humanInput)];
}

function parseText(text: string, schema: Schema): { value: unknown } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: `it is not JSON (${(error as Error).message})` };
  }
  return parseOutput(schema, json);
}
