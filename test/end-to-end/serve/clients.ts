import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { type Project, repository } from '../project.js';

/** What a person at the client says to a question. */
export type Answers = (
  message: string,
  schema: unknown,
) => { action: 'accept' | 'decline' | 'cancel'; content?: Record<string, string | number | boolean> };

export const ERAS = ['2026', '2025', '1.x'] as const;
export type Era = (typeof ERAS)[number];

/** What the tests use of either client. */
export interface AnyClient {
  callTool(
    params: { name: string; arguments?: Record<string, unknown> },
    options?: {
      onprogress?: (progress: { message?: string }) => void;
      signal?: AbortSignal;
      timeout?: number;
    },
  ): Promise<ToolResult>;
  listTools(): Promise<{ tools: Array<{ name: string; description?: string; inputSchema: unknown }> }>;
  close(): Promise<void>;
  /** Of the serving process. */
  pid: number;
  stderr(): string;
}

export interface ToolResult {
  content: Array<{ type: string; text: string }>;
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

const INFO = { name: 'test', version: '1' };

/** A client of an era with `mcpa serve` as its child process; with `answers`, its user can be asked. */
export async function stdioClient(
  era: Era,
  project: Project,
  answers?: Answers,
  args: string[] = [],
): Promise<AnyClient> {
  const child = {
    command: process.execPath,
    args: [join(repository, 'bin/mcpa.js'), 'serve', ...args],
    cwd: project.dir,
    env: project.env as Record<string, string>,
    stderr: 'pipe' as const,
  };
  const transport = era === '1.x' ? new OldStdio(child) : new StdioClientTransport(child);
  let said = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const client = await connected(era, transport, answers);
  return Object.assign(client, { pid: (transport as { pid: number }).pid, stderr: () => said });
}

// biome-ignore lint/suspicious/noExplicitAny: the two packages have types of their own for the same things
export async function connected(era: Era, transport: any, answers?: Answers): Promise<any> {
  const capabilities = answers ? { elicitation: {} } : {};
  if (era === '1.x') {
    const client = new OldClient(INFO, { capabilities });
    if (answers)
      client.setRequestHandler(ElicitRequestSchema, ({ params }) =>
        answers(params.message, 'requestedSchema' in params ? params.requestedSchema : undefined),
      );
    await client.connect(transport);
    const call = client.callTool.bind(client);
    // Its second parameter is a schema of the result.
    return Object.assign(client, {
      callTool: (params: never, options: never) => call(params, undefined, options),
    });
  }
  const versionNegotiation = era === '2026' ? { mode: { pin: '2026-07-28' } } : undefined;
  const client = new Client(INFO, { capabilities, ...(versionNegotiation && { versionNegotiation }) });
  if (answers)
    client.setRequestHandler('elicitation/create', ({ params }) =>
      answers(params.message, 'requestedSchema' in params ? params.requestedSchema : undefined),
    );
  await client.connect(transport);
  return client;
}

export function textOf(result: ToolResult): string {
  return result.content.map(({ text }) => text).join('\n');
}

/** A call of WaitWorkflow that goes on, and the id of its run, from its first word of progress. */
export function waitingCall(client: AnyClient): Promise<{ id: string; call: Promise<ToolResult> }> {
  return new Promise((resolve, reject) => {
    const call = client.callTool(
      { name: 'WaitWorkflow' },
      {
        onprogress: ({ message = '' }) => {
          const id = /^run (\S+)$/.exec(message)?.[1];
          if (id !== undefined) resolve({ id, call });
        },
      },
    );
    call.catch(reject);
  });
}
