import type {
  Response,
  ResponseOutputItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses.js';
import type { AssistantPart, Json, StopReason, Usage } from '../../../core/index.js';
import { inOrder, parseArguments } from '../content.js';
import { ModelError } from '../errors/model-error.js';
import { classOf } from '../errors/provider-error.js';
import type { ModelResponse } from '../model.js';
import { opaqueOwner } from './responses-request.js';

/** Builds the answer from the events of the Responses API. */
export class ResponsesAnswer {
  readonly #owner: string;
  readonly #onText: (text: string) => void;
  /** Some servers leave the output out of the last event. */
  readonly #items = new Map<number, ResponseOutputItem>();
  #response: Response | undefined;

  constructor(model: string, onText: (text: string) => void) {
    this.#owner = opaqueOwner(model);
    this.#onText = onText;
  }

  add(event: ResponseStreamEvent): void {
    switch (event.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        this.#onText(event.delta);
        break;
      case 'response.output_item.done':
        this.#items.set(event.output_index, event.item);
        break;
      case 'response.completed':
      case 'response.incomplete':
        this.#response = event.response;
        break;
      case 'response.failed':
        throw failed(event.response.error?.code, event.response.error?.message);
      case 'error':
        throw failed(event.code, event.message);
      default:
    }
  }

  finish(): ModelResponse {
    const response = this.#response;
    if (!response) throw new ModelError('transport', 'The answer of openai broke off before its end.');
    const output = response.output?.length ? response.output : inOrder(this.#items);
    const content = output.flatMap((item) => this.#parts(item));
    const refused = output.some(
      (item) => item.type === 'message' && item.content.some((part) => part.type === 'refusal'),
    );
    return {
      content,
      stopReason: stopReason(response, content, refused),
      model: `openai:${response.model}`,
      usage: usage(response),
    };
  }

  #parts(item: ResponseOutputItem): AssistantPart[] {
    if (item.type === 'message') {
      const text = item.content.map((part) => (part.type === 'refusal' ? part.refusal : part.text)).join('');
      if (text === '') return [];
      const said: AssistantPart = { type: 'text', text };
      // The API asks for it back; without it, later models take a comment for the final answer.
      return item.phase ? [this.#opaque({ type: 'message_phase', phase: item.phase }), said] : [said];
    }
    if (item.type === 'function_call') {
      return [{ type: 'tool_call', id: item.call_id, name: item.name, ...parseArguments(item.arguments) }];
    }
    return [this.#opaque(item as unknown as Json)];
  }

  #opaque(data: Json): AssistantPart {
    return { type: 'opaque', provider: this.#owner, data };
  }
}

function failed(code: string | null | undefined, message = 'the answer failed'): ModelError {
  return new ModelError(classOf(undefined, code ?? '', '', message), `openai: ${message}`);
}

function stopReason(response: Response, content: AssistantPart[], refused: boolean): StopReason {
  const incomplete = response.incomplete_details?.reason;
  if (refused || incomplete === 'content_filter') return 'refusal';
  if (incomplete === 'max_output_tokens' || response.status === 'incomplete') return 'max_tokens';
  return content.some((part) => part.type === 'tool_call') ? 'tool_use' : 'end_turn';
}

function usage({ usage: counted }: Response): Usage {
  const details = counted?.input_tokens_details;
  const cacheRead = details?.cached_tokens ?? 0;
  const cacheWrite = details?.cache_write_tokens ?? 0;
  const input = Math.max(0, (counted?.input_tokens ?? 0) - cacheRead - cacheWrite);
  return { input, output: counted?.output_tokens ?? 0, cacheRead, cacheWrite };
}
