import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
// @ts-expect-error a plain script: the wire format of the bench's provider
import * as chat from '../../../../bench/peers/provider/chat.mjs';

interface Message {
  role: string;
  content: unknown;
}
type Reply = { text: string } | { tool: string; arguments: object };

/** What each agent of the page says, by its instruction: to its last message, after so many tool results. */
const AGENTS: Record<string, (said: string, results: string[], site: string) => Reply> = {
  'Research and provide detailed answers': (said, [page, written]) => {
    if (page === undefined) return { tool: 'fetch', arguments: { url: said } };
    if (written === undefined) return { tool: 'write_file', arguments: { path: 'answer.md', content: page } };
    return { text: `Written: ${page}` };
  },
  'Break down tasks into steps': (said) => ({ text: `Read notes.txt (${said})` }),
  'Execute specific steps': (said, [notes]) =>
    notes === undefined
      ? { tool: 'read_text_file', arguments: { path: 'notes.txt' } }
      : { text: `Done: ${said}: ${notes}` },
  'Process individual items': (said, [page], site) =>
    page === undefined
      ? { tool: 'fetch', arguments: { url: `${site}${said.replace('Process: ', '')}` } }
      : { text: page },
  'Review and improve content': (said) => ({
    text: said.startsWith('Improve') ? `Better: ${said}` : `A draft of ${said}`,
  }),
  'Do the task': (said) => ({ text: `Done: ${said}` }),
};

/** A model over HTTP, in OpenAI's Chat Completions: whoever asks gets the same answers. */
export class ChatProvider {
  private constructor(private readonly server: Server) {}

  static async start(site: string): Promise<ChatProvider> {
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const body = JSON.parse(text) as { messages: Message[]; tools?: Array<{ function: { name: string } }> };
      const said = body.messages.map((message) => ({ ...message, text: textOf(message.content) }));
      const instruction = said.find(({ role }) => role === 'system' || role === 'developer')?.text ?? '';
      const last = said.findLast(({ role }) => role === 'user')?.text ?? '';
      const results = said.filter(({ role }) => role === 'tool').map((each) => each.text.trim());
      const reply = AGENTS[instruction]?.(last, results, site) ?? { text: `no agent: ${instruction}` };
      const name = 'tool' in reply && body.tools?.find((tool) => tool.function.name.endsWith(reply.tool));
      const answer = name
        ? { call: { id: `call_${results.length}`, name: name.function.name, arguments: reply.arguments } }
        : { text: 'text' in reply ? reply.text : `no tool: ${reply.tool}` };
      chat.write(response, answer, body, 100);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ChatProvider(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: string }) => part.text ?? '').join('');
}
