import type { RecordedRequest } from '../../worker/llm/fixtures/provider-server.js';
import { Project } from '../project.js';

/** `page` gives a page of so many characters, of which each line is unlike any other. */
const SERVER = `
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
const server = new McpServer({ name: 'books', version: '1.0.0' }, { capabilities: { tools: {} } });
const inputSchema = z.object({ n: z.number(), size: z.number() });
server.registerTool('page', { inputSchema, annotations: { readOnlyHint: true } }, ({ n, size }) => {
  let text = '';
  for (let line = 1; text.length < size; line++) text += 'page ' + n + ', line ' + line + '\\n';
  return { content: [{ type: 'text', text: text.slice(0, size) }] };
});
await server.connect(new StdioServerTransport());
`;

const WORKFLOWS = `
import { Agent, tool } from 'mcpa/workflow';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

/** One long request; after a signal another one. */
export async function ReadWorkflow(): Promise<string> {
  let go = false;
  setHandler(defineSignal('go'), () => { go = true; });
  const agent = new Agent({ name: 'reader', instruction: 'Read.', serverNames: ['books'] });
  const first = await agent.generateStr('read all of it');
  await condition(() => go);
  return first + ' ' + (await agent.generateStr('and now?'));
}

/** A tool of the workflow's own with much to say. */
export async function OwnToolWorkflow(): Promise<string> {
  const list = tool({ name: 'list_all', schema: { type: 'object' }, run: () => 'entry '.repeat(10_000) });
  return new Agent({ name: 'reader', instruction: 'Read.', tools: [list] }).generateStr('list');
}

/** A long request, another after a signal, and a fork that goes on. */
export async function ForkWorkflow(): Promise<string> {
  let go = false;
  setHandler(defineSignal('go'), () => { go = true; });
  const agent = new Agent({ name: 'reader', instruction: 'Read.', serverNames: ['books'] });
  const first = await agent.generateStr('read all of it');
  await condition(() => go);
  const second = await agent.generateStr('read the rest');
  return [first, second, await agent.fork().generateStr('and now?')].join(' ');
}
`;

/** A project whose agent reads pages; `more`: lines of its config. */
export async function readerProject(more: string): Promise<Project> {
  const project = await Project.create('basic', WORKFLOWS);
  project.env.ANTHROPIC_API_KEY = 'sk-test';
  project.write('server.mjs', SERVER);
  project.write(
    'mcp_agent.config.yaml',
    `execution_engine: temporal
temporal: { heartbeat_seconds: 1 }
workflow_task_retry_policies: { "*": { maximum_attempts: 3 } }
${more}
`,
  );
  project.write('workflows/read.ts', WORKFLOWS);
  return project;
}

export const mcp = (more = '') =>
  `mcp: { ${more} servers: { books: { command: node, args: [server.mjs] } } }`;

/** What a request says, message by message, without the marks for the provider's cache. */
export function told({ body }: RecordedRequest): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: the body of the provider's API
  return body.messages.flatMap((message: { role: string; content: any[] }) =>
    message.content.map((part) => {
      if (part.type === 'text') return `${message.role}: ${part.text}`;
      if (part.type === 'tool_use') return `call ${part.id} ${JSON.stringify(part.input)}`;
      return `result ${part.tool_use_id}: ${part.content[0].text}`;
    }),
  );
}

/** All that a run's history holds, decoded. */
export async function storedText(project: Project, workflowId: string): Promise<string> {
  const { Client, Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: project.env.TEMPORAL_ADDRESS as string });
  const history = await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
  await connection.close();
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString());
    else if (typeof value === 'object' && value !== null)
      for (const each of Object.values(value)) visit(each);
  };
  visit(history);
  return texts.join('\n');
}
