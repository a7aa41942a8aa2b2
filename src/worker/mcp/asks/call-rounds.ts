import { setTimeout as sleep } from 'node:timers/promises';
import {
  type JsonObject,
  McpaError,
  type ToolAnswer,
  type ToolQuestion,
  withDefaults,
} from '../../../core/index.js';
import type { ToolCall, ToolResult } from '../types.js';

/** Who is asked for what a tool wants to know. */
export type AskPerson = (question: ToolQuestion) => Promise<ToolAnswer>;

const AGAIN_MS = 250;

/** Calls a tool until it has what it wants to know: in this process, one question after the other. */
export async function callInRounds(
  send: (call: ToolCall) => Promise<ToolResult>,
  call: ToolCall,
  askPerson: AskPerson | undefined,
): Promise<ToolResult> {
  let last: Promise<unknown> = Promise.resolve();
  const unasked: ToolQuestion[] = [];
  const ask = (question: ToolQuestion): Promise<ToolAnswer> => {
    if (askPerson === undefined) unasked.push(question);
    const answer = last.then(async () => {
      if (askPerson === undefined) return { action: 'cancel' as const };
      const given = await askPerson(question);
      if (question.mode === 'url' || given.action !== 'accept') return { action: given.action };
      return { ...given, content: withDefaults(question.schema, given.content ?? {}) };
    });
    last = answer.catch(() => undefined);
    return answer;
  };
  let next: ToolCall = { ...call, onQuestion: ask };
  for (let round = 1; ; round++) {
    const result = await send(next).catch((error: unknown) => {
      if (unasked[0] !== undefined) throw nobody(call, unasked[0]);
      throw error;
    });
    if (unasked[0] !== undefined) throw nobody(call, unasked[0]);
    const { asks } = result;
    if (asks === undefined) return result;
    if (round > asks.maxRounds)
      throw new McpaError('MCP_CALL_FAILED', `${call.tool} still asked after ${asks.maxRounds} rounds`, {
        hint: `mcp.servers.${call.server}.elicitation.max_rounds allows more`,
      });
    const questions = Object.entries(asks.questions);
    if (questions[0] !== undefined && askPerson === undefined) throw nobody(call, questions[0][1]);
    if (questions.length === 0) await sleep(AGAIN_MS, undefined, { signal: call.signal });
    const responses: JsonObject = { ...asks.given };
    for (const [key, question] of questions) {
      const answer = await ask(question);
      if (asks.refusedUntilVisited && answer.action !== 'accept')
        throw new McpaError(
          'MCP_CALL_FAILED',
          `${call.tool} was not called: the page that it wants visited was not`,
          {
            hint: question.mode === 'url' ? `visit ${question.url}` : 'answer its questions',
          },
        );
      responses[key] = { ...answer } as JsonObject;
    }
    const answers = asks.refusedUntilVisited || Object.keys(responses).length === 0 ? {} : { responses };
    next = { ...next, asks: { ...answers, ...(asks.state === undefined ? {} : { state: asks.state }) } };
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
