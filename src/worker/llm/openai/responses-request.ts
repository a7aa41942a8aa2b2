import type {
  ResponseCreateParamsStreaming,
  ResponseInputItem,
  ResponseInputMessageContentList,
} from 'openai/resources/responses/responses.js';
import type { ProviderConfig } from '../../../config/types.js';
import type { AssistantPart, ContentPart } from '../../../core/index.js';
import { nativePart } from '../content.js';
import type { ModelRequest } from '../model.js';
import { outputFormat } from './output-format.js';

export type MessagePhase = 'commentary' | 'final_answer';

export function responsesRequest(
  request: ModelRequest,
  config: ProviderConfig,
  toStrict: (schema: unknown) => unknown,
): ResponseCreateParamsStreaming {
  const { params } = request;
  const body: ResponseCreateParamsStreaming = {
    model: request.model,
    input: request.items.flatMap((item): ResponseInputItem[] => {
      if (item.role === 'user') return [{ role: 'user', content: parts(item.content) }];
      if (item.role === 'assistant') return assistantItems(item.content, opaqueOwner(request.model));
      if (item.role === 'tool') return [toolOutput(item.callId, item.content, item.isError)];
      return [];
    }),
    stream: true,
    // The conversation is the run's, in its history: nothing may depend on what the provider keeps.
    store: false,
  };
  if (request.instruction) body.instructions = request.instruction;
  if (reasons(request.model)) body.include = ['reasoning.encrypted_content'];
  const effort = params.effort ?? config.reasoning_effort;
  if (effort) body.reasoning = { effort };
  if (params.maxTokens !== undefined) body.max_output_tokens = params.maxTokens;
  if (params.temperature !== undefined) body.temperature = params.temperature;
  if (request.outputSchema) {
    body.text = { format: { type: 'json_schema', ...outputFormat(request.outputSchema, toStrict) } };
  }
  if (request.tools.length > 0) {
    body.tools = request.tools.map((tool) => ({
      type: 'function',
      name: tool.name,
      description: tool.description ?? null,
      // OpenAI refuses an object schema without properties; MCP tools without parameters have none.
      parameters: { properties: {}, ...tool.inputSchema },
      // MCP schemas seldom keep the rules of strict mode, which would refuse the whole request.
      strict: false,
    }));
    if (request.withholdTools) body.tool_choice = 'none';
  }
  return body;
}

/** Who an opaque part belongs to: encrypted reasoning is of use to its own model only. */
export function opaqueOwner(model: string): string {
  return `openai:${model}`;
}

/** Other models refuse to be asked for encrypted reasoning. */
function reasons(model: string): boolean {
  return /^(o\d|gpt-[5-9]|codex)/.test(model) && !model.includes('-chat');
}

function parts(content: ContentPart[]): ResponseInputMessageContentList {
  return content.map((part) => {
    const native = nativePart(part);
    if (native.kind === 'text') return { type: 'input_text', text: native.text };
    const url = (mimeType: string): string => `data:${mimeType};base64,${native.data}`;
    if (native.kind === 'pdf')
      return { type: 'input_file', filename: native.name, file_data: url('application/pdf') };
    return { type: 'input_image', detail: 'auto', image_url: url(native.mimeType) };
  });
}

function assistantItems(content: AssistantPart[], owner: string): ResponseInputItem[] {
  const items: ResponseInputItem[] = [];
  let phase: MessagePhase | undefined;
  for (const part of content) {
    if (part.type === 'text') {
      items.push({ role: 'assistant', content: part.text, ...(phase && { phase }) });
      phase = undefined;
    } else if (part.type === 'tool_call') {
      const { id, name } = part;
      items.push({ type: 'function_call', call_id: id, name, arguments: JSON.stringify(part.arguments) });
    } else if (part.provider === owner) {
      const data = part.data as { type?: string; phase?: MessagePhase };
      if (data.type === 'message_phase') phase = data.phase;
      else items.push(part.data as unknown as ResponseInputItem);
    }
  }
  return items;
}

function toolOutput(call_id: string, content: ContentPart[], isError = false): ResponseInputItem {
  // The API has no flag for a failed call.
  const list = parts(isError ? [{ type: 'text', text: 'The tool failed:' }, ...content] : content);
  const texts = list.flatMap((part) => (part.type === 'input_text' ? [part.text] : []));
  const output = texts.length === list.length ? texts.join('\n') : list;
  return { type: 'function_call_output', call_id, output };
}
