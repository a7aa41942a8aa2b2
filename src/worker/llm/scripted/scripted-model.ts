import { setTimeout as sleep } from 'node:timers/promises';
import type { AssistantPart, Json, MessageItem, ToolCallPart, Usage } from '../../../core/index.js';
import { ModelError } from '../errors/model-error.js';
import type { Model, ModelCall, ModelRequest, ModelResponse, OfferedTool } from '../model.js';
import { type FillValues, fill } from './fill.js';
import type { Script, ScriptTurn } from './script.js';
import { contentText, sameTool, selectTurn, summaryTurn, whole } from './select-turn.js';

/** Bounds the memory of `error.times`; a worker that forgets repeats an error, no more. */
const COUNTED_ERRORS = 1_000;

/** A model that answers from a script: deterministic, without a key, with real tool calls. */
export function createScriptedModel(load: () => Promise<Script>): Model {
  const errorsThrown = new Map<string, number>();
  return {
    async generate(request, call): Promise<ModelResponse> {
      const script = await load();
      call.signal.throwIfAborted();
      call.onAlive();
      const { turn, tried, last } =
        request.purpose === 'summary'
          ? summaryTurn(script, request)
          : selectTurn(script, request.agent, whole(request));
      if (!turn) {
        throw scriptError(
          script,
          request,
          last.text,
          'has no turn for this message',
          `Tried: ${tried.join('; ')}.`,
        );
      }
      if (turn.delayMs) await wait(turn.delayMs, call);
      if (turn.error && due(turn.error, script, request, errorsThrown)) {
        const { class: errorClass, message, retryAfterMs, status } = turn.error;
        throw new ModelError(errorClass, message, { retryAfterMs, status });
      }
      const content = answer(script, turn, request, last.text);
      for (const part of content) if (part.type === 'text') await stream(part.text, turn, call);
      const calls = content.some((part) => part.type === 'tool_call');
      return {
        content,
        stopReason: calls ? 'tool_use' : 'end_turn',
        model: `scripted:${request.model}`,
        usage: { ...estimate(request, content), ...turn.usage },
      };
    },
  };
}

function answer(script: Script, turn: ScriptTurn, request: ModelRequest, last: string): AssistantPart[] {
  const values = fillValues(whole(request), last);
  const content: AssistantPart[] = [];
  try {
    if (turn.say !== undefined) content.push({ type: 'text', text: fill(turn.say, values) });
    if (turn.json !== undefined)
      content.push({ type: 'text', text: JSON.stringify(fill(turn.json, values)) });
    if (turn.tools && request.withholdTools) {
      // The last turn before the limit: a model answers with what text it has, and so does the script.
      if (content.length > 0) return content;
      throw new Error(
        'asks for tools, but they are withheld: the turn limit is reached and the model must answer',
      );
    }
    // The count of answers makes ids unique in the conversation, and the same on every attempt.
    const place = whole(request).filter((item) => item.role === 'assistant').length + 1;
    turn.tools?.forEach((wanted, index) => {
      const call: ToolCallPart = {
        type: 'tool_call',
        id: `call_${place}_${index + 1}`,
        name: resolveTool(wanted.tool, request.tools),
        arguments: fill(wanted.args, values),
      };
      content.push(call);
    });
  } catch (error) {
    throw scriptError(script, request, last, (error as Error).message);
  }
  return content;
}

function resolveTool(wanted: string, offered: OfferedTool[]): string {
  if (offered.some((tool) => tool.name === wanted)) return wanted;
  const found = offered.map((tool) => tool.name).filter((name) => sameTool(name, wanted));
  if (found.length === 1 && found[0]) return found[0];
  const names = offered.map((tool) => tool.name).join(', ') || 'none';
  if (found.length > 1)
    throw new Error(`calls the tool "${wanted}", which may be ${found.join(' or ')}: name its server`);
  throw new Error(`calls the tool "${wanted}", which is not offered. Offered: ${names}`);
}

function scriptError(
  script: Script,
  request: ModelRequest,
  last: string,
  problem: string,
  more = '',
): ModelError {
  const short = last.length > 200 ? `${last.slice(0, 200)}…` : last;
  const message =
    `The script ${script.file} ${problem}. Agent "${request.agent}", turn ${request.turn}; ` +
    `last message: ${JSON.stringify(short)}. ${more}`;
  return new ModelError('script', message.trim(), {
    hint: `Add or change a turn in ${script.file} (docs/scripted-model.md).`,
  });
}

function fillValues(items: MessageItem[], last: string): FillValues {
  const input = items.find((item) => item.role === 'user');
  const results = items.flatMap((item) => (item.role === 'tool' ? [contentText(item.content)] : []));
  return { last, input: input?.role === 'user' ? contentText(input.content) : '', results };
}

/** An error with `times` ends after so many attempts at the same place, as this process has seen them. */
function due(
  error: NonNullable<ScriptTurn['error']>,
  script: Script,
  request: ModelRequest,
  thrown: Map<string, number>,
): boolean {
  if (error.times === undefined) return true;
  const key = JSON.stringify([script.file, request.agent, request.turn, request.purpose, whole(request)]);
  const count = (thrown.get(key) ?? 0) + 1;
  if (thrown.size >= COUNTED_ERRORS) thrown.clear();
  thrown.set(key, count);
  return count <= error.times;
}

async function stream(text: string, turn: ScriptTurn, call: ModelCall): Promise<void> {
  if (!turn.stream) return call.onText(text);
  for (const word of text.match(/\S+\s*|\s+/g) ?? []) {
    call.signal.throwIfAborted();
    call.onText(word);
  }
}

async function wait(ms: number, call: ModelCall): Promise<void> {
  const alive = setInterval(() => call.onAlive(), 1_000);
  try {
    await sleep(ms, undefined, { signal: call.signal });
  } catch (error) {
    call.signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(alive);
  }
}

function estimate(request: ModelRequest, content: AssistantPart[]): Usage {
  const sent = [request.instruction, request.items, request.tools] as unknown as Json;
  return { input: tokens(sent), output: tokens(content as unknown as Json), cacheRead: 0, cacheWrite: 0 };
}

function tokens(value: Json): number {
  return Math.ceil(JSON.stringify(value).length / 4);
}
