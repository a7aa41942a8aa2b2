import type { ContentPart, GetPromptOutput, ReadResourceOutput } from '../../core/index.js';
import type { Connection } from './connection/connection.js';

const TIMEOUT_MS = 60_000;

/** The resource, when this server has it. Asked outright: a template's resources stand in no list. */
export async function findResource(
  { client }: Connection,
  uri: string,
  signal: AbortSignal,
): Promise<ReadResourceOutput | undefined> {
  if (client.getServerCapabilities()?.resources === undefined) return undefined;
  const { contents } = await client.readResource(
    { uri },
    { signal, timeout: TIMEOUT_MS, cacheMode: 'refresh' },
  );
  return {
    contents: contents.map((part) => ({
      uri: part.uri,
      ...(part.mimeType === undefined ? {} : { mimeType: part.mimeType }),
      ...('text' in part ? { text: part.text } : { blob: part.blob }),
    })),
  };
}

/** The prompt, when this server lists it. */
export async function findPrompt(
  { client }: Connection,
  name: string,
  args: Record<string, string>,
  signal: AbortSignal,
): Promise<GetPromptOutput | undefined> {
  if (client.getServerCapabilities()?.prompts === undefined) return undefined;
  const { prompts } = await client.listPrompts(undefined, { signal, timeout: TIMEOUT_MS });
  if (!prompts.some((prompt) => prompt.name === name)) return undefined;
  const { description, messages } = await client.getPrompt(
    { name, arguments: args },
    { signal, timeout: TIMEOUT_MS },
  );
  return {
    ...(description === undefined ? {} : { description }),
    messages: messages.map(({ role, content }) => ({ role, content: content as ContentPart })),
  };
}
