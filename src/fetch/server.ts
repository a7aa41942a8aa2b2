import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { download } from './download.js';
import { FetchError } from './fetch-error.js';
import type { Settings } from './settings.js';
import { readable } from './text.js';
import { VERSION } from './version.js';

const inputSchema = z.object({
  url: z.string().describe('http or https URL'),
  max_length: z.number().int().min(1).max(1_000_000).default(5_000).describe('Characters to return at most'),
  start_index: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Character to start from, to read on in a long page'),
  raw: z.boolean().default(false).describe('HTML as it is instead of Markdown'),
});
type Input = z.output<typeof inputSchema>;

/** An MCP server with one tool: `fetch`. */
export function fetchServer(settings: Settings): McpServer {
  const server = new McpServer({ name: 'mcpa-fetch', version: VERSION }, { capabilities: { tools: {} } });
  server.registerTool(
    'fetch',
    {
      title: 'Fetch a web page',
      description:
        'Gets a URL and returns its content as text; HTML becomes Markdown. A long page comes in parts: the end of a part names the start_index of the next.',
      inputSchema,
      annotations: { title: 'Fetch a web page', readOnlyHint: true, openWorldHint: true },
    },
    async (input, ctx) => {
      try {
        return answer(await fetchPart(input, settings, ctx.mcpReq.signal));
      } catch (error) {
        ctx.mcpReq.signal.throwIfAborted();
        return { ...answer(`Could not fetch ${input.url}: ${reason(error)}`), isError: true };
      }
    },
  );
  return server;
}

const answer = (text: string) => ({ content: [{ type: 'text' as const, text }] });

async function pageText(input: Input, settings: Settings, cancelled: AbortSignal): Promise<string> {
  const timeout = AbortSignal.timeout(settings.timeoutMs);
  const signal = AbortSignal.any([timeout, cancelled]);
  try {
    return await readable(await download(input.url, settings, signal), input.raw, signal);
  } catch (error) {
    throw timeout.aborted ? new FetchError(`timed out after ${settings.timeoutMs / 1_000} s`) : error;
  }
}

async function fetchPart(input: Input, settings: Settings, cancelled: AbortSignal): Promise<string> {
  const text = await pageText(input, settings, cancelled);
  const { start_index: start } = input;
  if (text === '') return '(The page has no text.)';
  if (start >= text.length) {
    throw new FetchError(`start_index ${start} is past the end: the content has ${text.length} characters`);
  }
  const end = wholeCharacter(text, start + input.max_length);
  const part = text.slice(start, end);
  if (end >= text.length) return part;
  return `${part}\n\n[Cut: characters ${start} to ${end} of ${text.length}. Call again with start_index ${end} for more.]`;
}

/** An end that doesn't fall between the two halves of one character. */
function wholeCharacter(text: string, end: number): number {
  return (text.codePointAt(end - 1) ?? 0) > 0xffff ? end + 1 : end;
}

function reason(error: unknown): string {
  if (error instanceof FetchError) return error.message;
  // Several addresses were tried: the errors of all, without repetition.
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reason))].join('; ');
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND') return 'no such host (ENOTFOUND)';
  if (code === 'EAI_AGAIN') return "the host name can't be resolved now (EAI_AGAIN)";
  return message || code || String(error);
}
