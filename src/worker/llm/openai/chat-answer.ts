import type { ChatCompletionChunk } from 'openai/resources/chat/completions/completions.js';
import type { AssistantPart, StopReason, Usage } from '../../../core/index.js';
import { inOrder, parseArguments } from '../content.js';
import { ModelError } from '../errors/model-error.js';
import type { ModelRequest, ModelResponse } from '../model.js';

interface OpenCall {
  id: string;
  name: string;
  arguments: string;
}

/** Builds the answer from Chat Completions chunks, tolerant of what compatible servers leave out. */
export class ChatAnswer {
  readonly #request: ModelRequest;
  readonly #onText: (text: string) => void;
  readonly #calls = new Map<number, OpenCall>();
  #text = '';
  #refusal = '';
  #finish: string | null = null;
  #model = '';
  #usage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

  constructor(request: ModelRequest, onText: (text: string) => void) {
    this.#request = request;
    this.#onText = onText;
  }

  add(chunk: ChatCompletionChunk): void {
    this.#model ||= chunk.model;
    if (chunk.usage) this.#usage = usage(chunk.usage);
    const choice = chunk.choices?.[0];
    if (!choice) return;
    const delta: Partial<typeof choice.delta> = choice.delta ?? {};
    if (delta.content) {
      this.#text += delta.content;
      this.#onText(delta.content);
    }
    if (delta.refusal) {
      this.#refusal += delta.refusal;
      this.#onText(delta.refusal);
    }
    for (const call of delta.tool_calls ?? []) this.#extend(call);
    if (choice.finish_reason) this.#finish = choice.finish_reason;
  }

  finish(): ModelResponse {
    if (this.#finish === null)
      throw new ModelError('transport', 'The answer of openai broke off before its end.');
    const content: AssistantPart[] = [];
    const text = this.#text || this.#refusal;
    if (text) content.push({ type: 'text', text });
    for (const call of inOrder(this.#calls)) {
      content.push({ type: 'tool_call', id: call.id, name: call.name, ...parseArguments(call.arguments) });
    }
    const model = this.#model || this.#request.model;
    return { content, stopReason: this.#stopReason(), model: `openai:${model}`, usage: this.#usage };
  }

  #extend(call: NonNullable<ChatCompletionChunk.Choice.Delta['tool_calls']>[number]): void {
    // Servers without an index send whole calls, one a piece; a piece without an id continues the last.
    const index = call.index ?? (call.id ? this.#calls.size : Math.max(0, this.#calls.size - 1));
    let open = this.#calls.get(index);
    if (!open) {
      open = { id: call.id || this.#newId(index), name: '', arguments: '' };
      this.#calls.set(index, open);
    }
    open.name ||= call.function?.name ?? '';
    const more: unknown = call.function?.arguments ?? '';
    open.arguments += typeof more === 'string' ? more : JSON.stringify(more);
  }

  /** Some servers give no ids; they must be unique in the conversation. */
  #newId(index: number): string {
    const answers = (this.#request.history ?? this.#request.items).filter(
      (item) => item.role === 'assistant',
    ).length;
    return `call_${answers + 1}_${index + 1}`;
  }

  #stopReason(): StopReason {
    if (this.#refusal || this.#finish === 'content_filter') return 'refusal';
    if (this.#finish === 'length') return 'max_tokens';
    return this.#calls.size > 0 ? 'tool_use' : 'end_turn';
  }
}

function usage(counted: NonNullable<ChatCompletionChunk['usage']>): Usage {
  const cacheRead = counted.prompt_tokens_details?.cached_tokens ?? 0;
  const cacheWrite = counted.prompt_tokens_details?.cache_write_tokens ?? 0;
  const input = Math.max(0, (counted.prompt_tokens ?? 0) - cacheRead - cacheWrite);
  return { input, output: counted.completion_tokens ?? 0, cacheRead, cacheWrite };
}
