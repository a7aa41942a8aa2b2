import {
  type ContentPart,
  type SamplingMessage,
  type ToolSampling,
  utf8Length,
} from '../../../core/index.js';
import { takesImage } from '../../llm/content.js';
import type { SamplingRules } from './policy.js';

/** Bytes: history takes 2 MB for an event. */
const LARGEST = 1_000_000;

/** What the server wants the model to answer, or why the model can't be asked that. */
export function readSampling(params: unknown, rules: SamplingRules): ToolSampling | { problem: string } {
  const given = (params ?? {}) as Record<string, unknown>;
  const { messages, systemPrompt, maxTokens, temperature, stopSequences, tools } = given;
  if (!Array.isArray(messages) || messages.length === 0) return { problem: 'an answer to no message' };
  if (Array.isArray(tools) && tools.length > 0)
    return { problem: 'an answer of a model that has tools, which it was not offered' };
  const read: SamplingMessage[] = [];
  for (const message of messages) {
    const next = readMessage(message);
    if ('problem' in next) return next;
    read.push(next);
  }
  if (utf8Length(JSON.stringify(given)) > LARGEST)
    return { problem: `an answer to more than ${LARGEST} bytes` };
  const most = typeof maxTokens === 'number' && maxTokens >= 1 ? Math.floor(maxTokens) : rules.maxTokens;
  return {
    messages: read,
    maxTokens: Math.min(most, rules.maxTokens),
    ...(typeof systemPrompt === 'string' ? { systemPrompt } : {}),
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(isTexts(stopSequences) && stopSequences.length > 0 ? { stopSequences } : {}),
    ...(rules.ask ? { ask: true } : {}),
    ...(rules.timeoutMs === undefined ? {} : { timeoutMs: rules.timeoutMs }),
  };
}

function readMessage(message: unknown): SamplingMessage | { problem: string } {
  const { role, content } = (message ?? {}) as { role?: unknown; content?: unknown };
  if (role !== 'user' && role !== 'assistant')
    return { problem: `an answer to a message of ${JSON.stringify(role)}` };
  const parts: ContentPart[] = [];
  for (const part of Array.isArray(content) ? content : [content]) {
    const { type, text, data, mimeType } = (part ?? {}) as Record<string, unknown>;
    if (type === 'text' && typeof text === 'string') parts.push({ type, text });
    else if (type === 'image' && role === 'user' && typeof data === 'string' && takesImage(mimeType))
      parts.push({ type, data, mimeType });
    else return { problem: `an answer to ${strange(role, type, mimeType)}, which models are not shown` };
  }
  return { role, content: parts };
}

function strange(role: string, type: unknown, mimeType: unknown): string {
  const what = [type, mimeType].filter((each) => typeof each === 'string').join(' ');
  return `a message of the ${role} with ${JSON.stringify(what.slice(0, 100))}`;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
