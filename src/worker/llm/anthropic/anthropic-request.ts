import type {
  ContentBlockParam,
  DocumentBlockParam,
  ImageBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  TextBlockParam,
} from '@anthropic-ai/sdk/resources/messages/messages.js';
import type { AssistantPart, ContentPart, JsonSchema } from '../../../core/index.js';
import { nativePart, schemaInstruction } from '../content.js';
import { ModelError } from '../errors/model-error.js';
import type { ModelRequest } from '../model.js';

/** Thinking counts towards it; every model that the SDK declares allows as much, since the answer is streamed. */
const MAX_TOKENS = 32_000;

/** A place up to which the provider may keep what it has read. */
const CACHE = { cache_control: { type: 'ephemeral' } } as const;

export function anthropicRequest(
  request: ModelRequest,
  transformSchema: (schema: JsonSchema) => unknown,
): MessageCreateParamsStreaming {
  const { params, outputSchema } = request;
  const adaptive = thinksAdaptively(request.model);
  const format = outputSchema && nativeSchema(outputSchema, transformSchema);
  const system =
    outputSchema && !format ? [request.instruction, schemaInstruction(outputSchema)] : [request.instruction];
  const body: MessageCreateParamsStreaming = {
    model: request.model,
    max_tokens: params.maxTokens ?? MAX_TOKENS,
    messages: messages(request),
    stream: true,
  };
  const blocks = system.filter((text) => text !== '').map((text): TextBlockParam => ({ type: 'text', text }));
  if (blocks.length > 0) body.system = cachedAtEnd(blocks);
  if (request.tools.length > 0) {
    body.tools = cachedAtEnd(
      request.tools.map((tool) => ({
        name: tool.name,
        description: tool.description,
        input_schema: { ...tool.inputSchema, type: 'object' as const },
      })),
    );
    // Withheld, not left out: tool calls in the conversation need their declarations, and the cache stays good.
    if (request.withholdTools) body.tool_choice = { type: 'none' };
  }
  if (adaptive) body.thinking = { type: 'adaptive' };
  if (format || params.effort)
    body.output_config = { ...(params.effort && { effort: params.effort }), ...(format && { format }) };
  if (params.stopSequences?.length) body.stop_sequences = params.stopSequences;
  if (params.temperature !== undefined) setTemperature(body, params.temperature, adaptive);
  return body;
}

/** Who an opaque part belongs to: thinking blocks are bound to the model that wrote them. */
export function opaqueOwner(model: string): string {
  return `anthropic:${model}`;
}

/** From Claude 4.6 on; 4.5 and older know only a fixed budget, and think only when it is set. */
export function thinksAdaptively(model: string): boolean {
  const digits = /claude-(?:[a-z]+-)?(\d{1,2})(?:-(\d{1,2}))?(?!\d)/.exec(model);
  if (!digits) return /mythos/.test(model);
  const [major, minor] = [Number(digits[1]), Number(digits[2] ?? 0)];
  return major > 4 || (major === 4 && minor >= 6);
}

/** SDK 1.x no longer declares temperature: thinking models refuse it. Older ones still take it. */
function setTemperature(body: MessageCreateParamsStreaming, temperature: number, adaptive: boolean): void {
  if (adaptive) {
    // 1 is the default, and accepted.
    if (temperature === 1) return;
    throw new ModelError('bad_request', `The model ${body.model} takes no temperature.`, {
      hint: 'Leave temperature out of requestParams; effort (low, medium, high) is what this model understands.',
    });
  }
  (body as { temperature?: number }).temperature = temperature;
}

/** The native form closes every object: a schema with free keys would lose its meaning, so it is told in words. */
function nativeSchema(schema: JsonSchema, transform: (schema: JsonSchema) => unknown) {
  if (schema.type !== 'object' || hasFreeKeys(schema)) return undefined;
  try {
    return { type: 'json_schema' as const, schema: transform(schema) as { [key: string]: unknown } };
  } catch {
    return undefined;
  }
}

function hasFreeKeys(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(hasFreeKeys);
  const node = value as JsonSchema;
  const extra = node.additionalProperties;
  if (node.type === 'object' && (node.patternProperties || (extra !== undefined && extra !== false)))
    return true;
  if (node.type === 'object' && node.properties === undefined) return true;
  return Object.entries(node).some(([key, child]) => key !== 'enum' && key !== 'const' && hasFreeKeys(child));
}

function messages({ items, model }: ModelRequest): MessageParam[] {
  const result: MessageParam[] = [];
  const add = (role: 'user' | 'assistant', blocks: ContentBlockParam[]): void => {
    if (blocks.length === 0) return;
    const last = result.at(-1);
    // The API wants the results of one turn in one message, before anything the user adds.
    if (last?.role === role) (last.content as ContentBlockParam[]).push(...blocks);
    else result.push({ role, content: blocks });
  };
  for (const item of items) {
    if (item.role === 'user') add('user', item.content.map(block).filter(notEmpty));
    else if (item.role === 'assistant')
      add(
        'assistant',
        item.content.flatMap((part) => assistantBlock(part, opaqueOwner(model))),
      );
    else if (item.role === 'tool') {
      const content = item.content.map(block).filter(notEmpty);
      add('user', [
        { type: 'tool_result', tool_use_id: item.callId, content, ...(item.isError && { is_error: true }) },
      ]);
    }
  }
  markCached(result);
  return result;
}

function block(part: ContentPart): TextBlockParam | ImageBlockParam | DocumentBlockParam {
  const native = nativePart(part);
  if (native.kind === 'text') return { type: 'text', text: native.text };
  if (native.kind === 'pdf') {
    return {
      type: 'document',
      title: native.name,
      source: { type: 'base64', media_type: 'application/pdf', data: native.data },
    };
  }
  const media_type = native.mimeType as 'image/png';
  return { type: 'image', source: { type: 'base64', media_type, data: native.data } };
}

/** The API refuses empty text blocks. */
function notEmpty(part: { type: string; text?: string }): boolean {
  return part.type !== 'text' || part.text !== '';
}

function assistantBlock(part: AssistantPart, owner: string): ContentBlockParam[] {
  if (part.type === 'text') return part.text.trim() === '' ? [] : [{ type: 'text', text: part.text }];
  if (part.type === 'tool_call')
    return [{ type: 'tool_use', id: part.id, name: part.name, input: part.arguments }];
  // Thinking goes back as it came, in its place; another model's would be refused.
  return part.provider === owner ? [part.data as unknown as ContentBlockParam] : [];
}

/**
 * Two marks in the conversation, beside those on tools and system (four are allowed): at its end, for the
 * next turn, and at the end of the message before the last answer, where the turn before has written.
 */
function markCached(list: MessageParam[]): void {
  const users = list.filter((message) => message.role === 'user');
  for (const message of users.slice(-2)) {
    const blocks = message.content as ContentBlockParam[];
    const last = blocks.at(-1);
    if (last) blocks[blocks.length - 1] = { ...last, ...CACHE } as ContentBlockParam;
  }
}

function cachedAtEnd<T extends object>(list: T[]): T[] {
  return list.map((entry, index) => (index === list.length - 1 ? { ...entry, ...CACHE } : entry));
}
