import type {
  ContentBlock,
  RawMessageStreamEvent,
  StopReason,
} from '@anthropic-ai/sdk/resources/messages/messages.js';
import type { AssistantPart, StopReason as CoreStopReason, Json, Usage } from '../../../core/index.js';
import { inOrder, parseArguments } from '../content.js';
import { ModelError } from '../errors/model-error.js';
import type { ModelResponse } from '../model.js';

interface OpenBlock {
  block: ContentBlock;
  json: string;
}

/**
 * Builds the answer from raw events. The SDK's own accumulator fails on tool input that isn't JSON,
 * where the model should be told; and the raw iterator doesn't notice a stream that was cut.
 */
export class AnthropicAnswer {
  readonly #blocks = new Map<number, OpenBlock>();
  readonly #onText: (text: string) => void;
  #model = '';
  #stopReason: StopReason | null = null;
  #refusal: string | undefined;
  #complete = false;
  #usage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

  /** `owner` marks opaque parts, so that they go back to the model they came from. */
  constructor(
    private readonly owner: string,
    onText: (text: string) => void,
  ) {
    this.#onText = onText;
  }

  add(event: RawMessageStreamEvent): void {
    switch (event.type) {
      case 'message_start':
        this.#model = event.message.model;
        this.#count(event.message.usage);
        break;
      case 'content_block_start':
        this.#blocks.set(event.index, { block: structuredClone(event.content_block), json: '' });
        if (event.content_block.type === 'text' && event.content_block.text)
          this.#onText(event.content_block.text);
        break;
      case 'content_block_delta':
        this.#extend(event.index, event.delta);
        break;
      case 'message_delta':
        this.#stopReason = event.delta.stop_reason;
        this.#refusal = event.delta.stop_details?.explanation ?? undefined;
        this.#count(event.usage);
        break;
      case 'message_stop':
        this.#complete = true;
        break;
      default:
    }
  }

  finish(): ModelResponse {
    if (!this.#complete)
      throw new ModelError('transport', 'The answer of anthropic broke off before its end.');
    const content = inOrder(this.#blocks).flatMap((open) => part(open, this.owner));
    const stopReason = coreStopReason(this.#stopReason);
    if (stopReason === 'refusal' && !content.some((entry) => entry.type === 'text')) {
      content.push({ type: 'text', text: this.#refusal ?? 'The model refused to answer.' });
    }
    return { content, stopReason, model: `anthropic:${this.#model}`, usage: this.#usage };
  }

  #extend(
    index: number,
    delta: Extract<RawMessageStreamEvent, { type: 'content_block_delta' }>['delta'],
  ): void {
    const open = this.#blocks.get(index);
    if (!open)
      throw new ModelError('transport', 'The answer of anthropic is garbled: a part without its beginning.');
    const { block } = open;
    if (delta.type === 'text_delta' && block.type === 'text') {
      block.text += delta.text;
      this.#onText(delta.text);
    } else if (delta.type === 'input_json_delta') open.json += delta.partial_json;
    else if (delta.type === 'thinking_delta' && block.type === 'thinking') block.thinking += delta.thinking;
    else if (delta.type === 'signature_delta' && block.type === 'thinking')
      block.signature += delta.signature;
  }

  /** Counts are cumulative; a later event may leave some out. */
  #count(usage: {
    input_tokens?: number | null;
    output_tokens?: number | null;
    cache_read_input_tokens?: number | null;
    cache_creation_input_tokens?: number | null;
  }): void {
    this.#usage = {
      input: usage.input_tokens ?? this.#usage.input,
      output: usage.output_tokens ?? this.#usage.output,
      cacheRead: usage.cache_read_input_tokens ?? this.#usage.cacheRead,
      cacheWrite: usage.cache_creation_input_tokens ?? this.#usage.cacheWrite,
    };
  }
}

function part({ block, json }: OpenBlock, owner: string): AssistantPart[] {
  if (block.type === 'text') return block.text === '' ? [] : [{ type: 'text', text: block.text }];
  if (block.type === 'tool_use') {
    const input = json === '' ? JSON.stringify(block.input ?? {}) : json;
    return [{ type: 'tool_call', id: block.id, name: block.name, ...parseArguments(input) }];
  }
  return [{ type: 'opaque', provider: owner, data: block as unknown as Json }];
}

function coreStopReason(reason: StopReason | null): CoreStopReason {
  switch (reason) {
    case 'tool_use':
    case 'max_tokens':
    case 'stop_sequence':
    case 'refusal':
      return reason;
    // The answer was cut where the context ended: the same to the reader as its own limit.
    case 'model_context_window_exceeded':
      return 'max_tokens';
    default:
      return 'end_turn';
  }
}
