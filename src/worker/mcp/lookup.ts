import type { ContentPart, GetPromptOutput, ReadResourceOutput } from '../../core/index.js';
import { serverTimeoutSeconds } from './catalog.js';
import type { Connection } from './connection/connection.js';

/** The resource, when this server has it. Asked outright: a template's resources stand in no list. */
export async function findResource(
  { client, config }: Connection,
  uri: string,
  signal: AbortSignal,
): Promise<ReadResourceOutput | undefined> {
  if (client.getServerCapabilities()?.resources === undefined) return undefined;
  const { contents } = await client.readResource(
    { uri },
    { signal, timeout: serverTimeoutSeconds(config) * 1_000, cacheMode: 'refresh' },
  );
  return {
    contents: contents.map((part) => ({
      uri: part.uri,
      ...(part.mimeType === undefined ? {} : { mimeType: part.mimeType }),
      ...('text' in part ? { text: part.text } : { blob: part.blob }),
    })),
  };
}

/** The prompt, when this server lists it; the list and the prompt share the server's time. */
export async function findPrompt(
  { client, config }: Connection,
  name: string,
  args: Record<string, string>,
  signal: AbortSignal,
): Promise<GetPromptOutput | undefined> {
  if (client.getServerCapabilities()?.prompts === undefined) return undefined;
  const deadline = Date.now() + serverTimeoutSeconds(config) * 1_000;
  const options = () => ({ signal, timeout: Math.max(1, deadline - Date.now()) });
  const { prompts } = await client.listPrompts(undefined, options());
  if (!prompts.some((prompt) => prompt.name === name)) return undefined;
  const { description, messages } = await client.getPrompt({ name, arguments: args }, options());
  return {
    ...(description === undefined ? {} : { description }),
    messages: messages.map(({ role, content }) => ({ role, content: content as ContentPart })),
  };
}
