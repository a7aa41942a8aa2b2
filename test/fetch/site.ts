import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

export const bin = resolve(import.meta.dirname, '../../bin/mcpa-fetch.js');

/** A web site on the loopback address. */
export class Site implements AsyncDisposable {
  private constructor(private readonly server: Server) {}

  static async start(answer: RequestListener): Promise<Site> {
    const server = createServer(answer);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new Site(server);
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = '/'): string {
    return `http://${this.host}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

export interface Answer {
  text: string;
  isError: boolean;
}

/** The real server over stdio. */
export class FetchClient implements AsyncDisposable {
  private constructor(readonly client: Client) {}

  static async start(env: Record<string, string> = {}): Promise<FetchClient> {
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [bin], env }));
    return new FetchClient(client);
  }

  async fetch(args: Record<string, unknown>): Promise<Answer> {
    const { content, isError } = await this.client.callTool({ name: 'fetch', arguments: args });
    const text = content.map((part) => (part.type === 'text' ? part.text : `<${part.type}>`)).join('');
    return { text, isError: isError === true };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
  }
}
