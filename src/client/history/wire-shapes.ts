import type {
  CallToolInput,
  CallToolOutput,
  ConversationPage,
  GenerateInput,
  GenerateOutput,
  HostInput,
  ReadConversationInput,
  RunMemo,
} from '../../core/index.js';

/**
 * What mcpa writes into history, as far as readers count on it. Anybody can write there: a value of another shape
 * reads as one that doesn't decode.
 */
type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const count: Check = (value) => typeof value === 'number';
const flag: Check = (value) => typeof value === 'boolean';
const mapping: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const list =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);
const shape =
  (fields: Record<string, Check>): Check =>
  (value) =>
    mapping(value) &&
    Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]));
const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, text]));
const maybeTexts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, maybe(text)]));

const toolCall = shape({
  ...texts('id', 'name'),
  arguments: mapping,
  target: maybe(shape(texts('server', 'tool'))),
  problem: maybe(text),
});
const part: Check = (value) => {
  const { type } = (value ?? {}) as { type?: unknown };
  if (type === 'text') return shape({ text })(value);
  if (type === 'resource') return shape({ resource: shape({ uri: text, text: maybe(text) }) })(value);
  return type === 'tool_call' ? toolCall(value) : text(type);
};
const parts = list(part);
const usage = shape({ input: count, output: count, cacheRead: count, cacheWrite: count, cost: maybe(count) });
const leftOut = shape({
  summary: maybe(shape({ before: count, text })),
  resultsBefore: maybe(count),
});

const ITEMS: Readonly<Record<string, Check>> = {
  definition: mapping,
  user: shape({ content: parts }),
  assistant: shape({ content: parts }),
  tool: shape({
    ...texts('id', 'callId'),
    content: parts,
    part: maybe(shape({ of: text, offset: count, length: count })),
  }),
  tool_ref: shape(texts('id', 'callId')),
  compaction: shape({ leftOut }),
};
const items = list((value) => {
  const { role } = (value ?? {}) as { role?: unknown };
  return typeof role === 'string' && Object.hasOwn(ITEMS, role) && ITEMS[role]!(value);
});

const reference = { ...texts('agent', 'conversation'), turn: count };
const generateInput = shape(reference);
const request = shape({ ...reference, from: count, length: count, add: items });
const generateOutput = shape({
  ...texts('model', 'stopReason'),
  content: parts,
  usage,
  catalog: maybe(text),
  missing: maybe(list(text)),
  compaction: maybe(
    shape({ policy: text, items: count, tokensBefore: count, tokensAfter: count, leftOut: maybe(leftOut) }),
  ),
});
const task = maybe(shape({ id: text }));
const callInput = shape({ ...texts('agent', 'server', 'tool', 'callId'), arguments: maybe(mapping), task });
const asks = maybe(shape({ questions: mapping }));
const callOutput = shape({ id: text, content: parts, isError: maybe(flag), asks, task });

const question = shape({
  ...texts('id', 'kind', 'prompt', 'askedAt'),
  ...maybeTexts('default', 'expiresAt', 'agent', 'url'),
  choices: maybe(list(text)),
  sampling: maybe(
    shape({ messages: list(shape(texts('role', 'text'))), ...maybeTexts('systemPrompt'), maxTokens: count }),
  ),
  tool: maybe(shape({ ...texts('server', 'tool'), arguments: maybe(mapping) })),
});
const closed = shape({
  ...texts('id', 'how'),
  ...maybeTexts('by', 'text', 'decision'),
  edited: maybe(flag),
});
const state: Check = (value) => ['planned', 'running', 'done', 'failed'].includes(value as string);
const planTask = shape({ ...texts('agent', 'description'), state });
const plan = shape({
  ...texts('pattern', 'objective'),
  steps: list(shape({ description: text, tasks: list(planTask) })),
  total: maybe(count),
  first: maybe(count),
});
const paused = shape({
  at: text,
  ...maybeTexts('kind', 'by', 'reason', 'with', 'provider', 'message', 'fix', 'server'),
});
const memo = shape({
  v: count,
  paused: maybe(paused),
  questions: maybe(list(question)),
  closed: maybe(list(closed)),
  progress: maybe(plan),
});
const hosted = shape({
  agent: shape({ name: text }),
  conversation: text,
  turns: count,
  carried: (value) => mapping(value) && maybe(items)((value as { items?: unknown }).items),
});
const page = shape({ items });

export const isGenerateInput = (value: unknown): value is GenerateInput => generateInput(value);
/** With the messages that a request adds to its conversation. */
export const isWholeRequest = (value: unknown): value is GenerateInput => request(value);
export const isGenerateOutput = (value: unknown): value is GenerateOutput => generateOutput(value);
export const isCallToolInput = (value: unknown): value is CallToolInput => callInput(value);
export const isCallToolOutput = (value: unknown): value is CallToolOutput => callOutput(value);
export const isRunMemo = (value: unknown): value is RunMemo => memo(value);
export const isHostInput = (value: unknown): value is HostInput => hosted(value);
export const isPageRequest = (value: unknown): value is ReadConversationInput =>
  shape({ from: count })(value);
export const isConversationPage = (value: unknown): value is ConversationPage => page(value);
export const isTextList = (value: unknown): value is string[] => list(text)(value);
