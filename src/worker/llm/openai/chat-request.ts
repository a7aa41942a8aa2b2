import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions/completions.js';
import type { ProviderConfig } from '../../../config/types.js';
import type { AssistantItem, ContentPart } from '../../../core/index.js';
import { textOf } from '../../../core/index.js';
import { asText, nativePart } from '../content.js';
import type { ModelRequest } from '../model.js';
import { outputFormat } from './output-format.js';

/** Chat Completions: what compatible servers speak. Only widely understood fields are sent unasked. */
export function chatRequest(
  request: ModelRequest,
  config: ProviderConfig,
  openAiItself: boolean,
  toStrict: (schema: unknown) => unknown,
): ChatCompletionCreateParamsStreaming {
  const { params } = request;
  const body: ChatCompletionCreateParamsStreaming = {
    model: request.model,
    messages: messages(request),
    stream: true,
    stream_options: { include_usage: true },
  };
  if (params.maxTokens !== undefined) {
    // OpenAI's newer models refuse the old name, which is the one that other servers know.
    if (openAiItself) body.max_completion_tokens = params.maxTokens;
    else body.max_tokens = params.maxTokens;
  }
  if (params.temperature !== undefined) body.temperature = params.temperature;
  if (params.stopSequences?.length) body.stop = params.stopSequences;
  const effort = params.effort ?? config.reasoning_effort;
  if (effort) body.reasoning_effort = effort;
  if (request.outputSchema) {
    body.response_format = { type: 'json_schema', json_schema: outputFormat(request.outputSchema, toStrict) };
  }
  if (request.tools.length > 0) {
    body.tools = request.tools.map(({ name, description, inputSchema }) => ({
      type: 'function',
      function: { name, ...(description && { description }), parameters: { properties: {}, ...inputSchema } },
    }));
    if (request.withholdTools) body.tool_choice = 'none';
  }
  return body;
}

function messages({ instruction, items }: ModelRequest): ChatCompletionMessageParam[] {
  const list: ChatCompletionMessageParam[] = instruction ? [{ role: 'system', content: instruction }] : [];
  for (const item of items) {
    if (item.role === 'user') list.push({ role: 'user', content: userContent(item.content) });
    else if (item.role === 'assistant') list.push(assistantMessage(item));
    else if (item.role === 'tool') {
      const text = asText(item.content);
      list.push({
        role: 'tool',
        tool_call_id: item.callId,
        content: item.isError ? `The tool failed:\n${text}` : text,
      });
    }
  }
  return list;
}

/** Plain text stays a string: small servers know nothing else. */
function userContent(content: ContentPart[]): string | ChatCompletionContentPart[] {
  const native = content.map(nativePart);
  if (native.every((part) => part.kind === 'text')) return native.map((part) => part.text).join('\n');
  return native.map((part): ChatCompletionContentPart => {
    if (part.kind === 'text') return { type: 'text', text: part.text };
    if (part.kind === 'image') {
      return { type: 'image_url', image_url: { url: `data:${part.mimeType};base64,${part.data}` } };
    }
    return {
      type: 'file',
      file: { filename: part.name, file_data: `data:application/pdf;base64,${part.data}` },
    };
  });
}

function assistantMessage({ content }: AssistantItem): ChatCompletionMessageParam {
  const text = textOf(content);
  const calls = content.flatMap((part) =>
    part.type === 'tool_call'
      ? [
          {
            type: 'function' as const,
            id: part.id,
            function: { name: part.name, arguments: JSON.stringify(part.arguments) },
          },
        ]
      : [],
  );
  if (calls.length === 0) return { role: 'assistant', content: text };
  return { role: 'assistant', content: text || null, tool_calls: calls };
}
