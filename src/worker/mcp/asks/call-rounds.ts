import { setTimeout as sleep } from 'node:timers/promises';
import {
  type JsonObject,
  McpaError,
  type ToolAnswer,
  type ToolAsks,
  type ToolQuestion,
  withDefaults,
} from '../../../core/index.js';
import { followHere } from '../tasks/follow-here.js';
import type { McpPool, ToolCall, ToolResult } from '../types.js';

/** Who is asked for what a tool wants to know. */
export type AskPerson = (question: ToolQuestion) => Promise<ToolAnswer>;

const AGAIN_MS = 250;

/** Calls a tool until it has what it wants to know, and has done it: in this process, one question after the other. */
export async function callInRounds(
  pool: Pick<McpPool, 'callTool' | 'getTask' | 'updateTask' | 'cancelTask'>,
  call: ToolCall,
  askPerson: AskPerson | undefined,
): Promise<ToolResult> {
  const asker = new Asker(call, askPerson);
  let next: ToolCall = { ...call, onQuestion: asker.ask };
  for (;;) {
    const result = await pool.callTool(next).finally(() => asker.heard());
    const { asks, task } = result;
    if (task !== undefined) return followHere(pool, next, task, (more) => asker.answers(more));
    if (asks === undefined) return result;
    if (Object.keys(asks.questions).length === 0) await sleep(AGAIN_MS, undefined, { signal: call.signal });
    const responses = await asker.answers(asks);
    const answers = asks.refusedUntilVisited || Object.keys(responses).length === 0 ? {} : { responses };
    next = { ...next, asks: { ...answers, ...(asks.state === undefined ? {} : { state: asks.state }) } };
  }
}

/** Asks a person what one call wants to know, and fails where nobody is there. */
class Asker {
  #last: Promise<unknown> = Promise.resolve();
  #unasked: ToolQuestion | undefined;
  #rounds = 0;

  constructor(
    private readonly call: ToolCall,
    private readonly askPerson: AskPerson | undefined,
  ) {}

  readonly ask = (question: ToolQuestion): Promise<ToolAnswer> => {
    const { askPerson } = this;
    if (askPerson === undefined) this.#unasked ??= question;
    const answer = this.#last.then(async () => {
      if (askPerson === undefined) return { action: 'cancel' as const };
      const given = await askPerson(question);
      if (question.mode === 'url' || given.action !== 'accept') return { action: given.action };
      return { ...given, content: withDefaults(question.schema, given.content ?? {}) };
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  };

  /** Fails where the call asked meanwhile, and nobody was there. */
  heard(): void {
    if (this.#unasked !== undefined) throw nobody(this.call, this.#unasked);
  }

  /** What one round asks, by key. */
  async answers(asks: ToolAsks): Promise<JsonObject> {
    const { server, tool } = this.call;
    if (++this.#rounds > asks.maxRounds)
      throw new McpaError('MCP_CALL_FAILED', `${tool} still asked after ${asks.maxRounds} rounds`, {
        hint: `mcp.servers.${server}.elicitation.max_rounds allows more`,
      });
    const responses: JsonObject = { ...asks.given };
    for (const [key, question] of Object.entries(asks.questions)) {
      if (this.askPerson === undefined) throw nobody(this.call, question);
      const answer = await this.ask(question);
      if (asks.refusedUntilVisited && answer.action !== 'accept')
        throw new McpaError(
          'MCP_CALL_FAILED',
          `${tool} was not called: the page that it wants visited was not`,
          {
            hint: question.mode === 'url' ? `visit ${question.url}` : 'answer its questions',
          },
        );
      responses[key] = { ...answer } as JsonObject;
    }
    return responses;
  }
}

function nobody({ server, tool }: ToolCall, { message }: ToolQuestion): McpaError {
  return new McpaError(
    'MCP_ASKS',
    `${server}.${tool} asks a person, and nobody can be asked here: ${message}`,
    {
      hint: 'call it at a terminal, without --json and --quiet; in a run the question waits in `mcpa inbox`',
    },
  );
}
