import {
  type ContentPart,
  type JsonObject,
  McpaError,
  type ToolAnswer,
  type ToolQuestion,
} from '../../../core/index.js';
import { parseDuration } from '../../duration.js';
import { askPerson, canAsk } from '../../human/ask.js';
import { oneLine, printable } from '../../render/width.js';
import { readInput } from '../../run/input.js';
import type { GlobalFlags } from '../../settings.js';
import { note, outputMode, printJson, printResult } from '../../terminal.js';
import { withServers } from './open-servers.js';

export interface McpCallFlags extends GlobalFlags {
  input?: string;
  inputFile?: string;
  timeout?: string;
}

/** One tool call; its text goes to stdout, and an error of the tool itself ends with status 1. */
export async function mcpCall(
  server: string,
  tool: string,
  given: string | undefined,
  flags: McpCallFlags,
): Promise<void> {
  const mode = outputMode();
  const args = argumentsOf(given, flags);
  const timeoutMs = flags.timeout === undefined ? undefined : parseDuration(flags.timeout, '--timeout');
  const started = performance.now();
  const result = await withServers(flags, mode, ({ servers, signal }) =>
    servers.call(server, tool, args, {
      signal,
      ...(canAsk(mode) && { onQuestion: (question) => askHere(server, tool, args, question, signal) }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      onProgress: ({ progress, total, message }) => {
        const done =
          progress === undefined ? [] : [total === undefined ? progress : `${progress} of ${total}`];
        note(mode, oneLine([...done, message ?? ''].join(' ')));
      },
    }),
  );
  const { isError = false, content, structuredContent } = result;
  const ms = Math.round(performance.now() - started);
  if (mode.json)
    printJson({ server, tool, isError, content, ...(structuredContent && { structuredContent }), ms });
  else printResult(content.map(textOf).join('\n'));
  if (isError) process.exitCode = 1;
}

/** What a tool asks in a call without a run has no id, and nobody else can answer it. */
async function askHere(
  server: string,
  tool: string,
  args: JsonObject,
  { mode, message, ...asked }: ToolQuestion,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  const question = {
    id: '',
    kind: mode,
    prompt: message,
    askedAt: '',
    tool: { server, tool, arguments: args },
  };
  const { action = 'cancel', content } = (await askPerson({ ...question, ...asked }, signal)) ?? {};
  return { action, ...(content === undefined ? {} : { content }) };
}

function argumentsOf(given: string | undefined, { input, inputFile }: McpCallFlags): JsonObject {
  const flags = { ...(input !== undefined && { input }), ...(inputFile !== undefined && { inputFile }) };
  const [value = {}] = readInput(given, flags, 'mend the JSON');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new McpaError('INPUT_NOT_JSON', 'the arguments of a tool are a JSON object', {
    hint: `write them in braces: '{"path": "a.txt"}'; \`mcpa mcp tools SERVER TOOL\` shows which there are`,
  });
}

/** Into a file or a pipe as it came; on a terminal it must not steer. */
function textOf(part: ContentPart): string {
  if (part.type === 'text') return process.stdout.isTTY ? printable(part.text) : part.text;
  if (part.type === 'resource' && typeof part.resource === 'object') {
    const { uri, text } = part.resource as { uri?: string; text?: string };
    return text === undefined
      ? `[resource ${oneLine(uri ?? '')}: --json has its data]`
      : textOf({ type: 'text', text });
  }
  return `[${oneLine(part.type)}: --json has its data]`;
}
