import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { expect } from 'vitest';
import type { ErrorCode } from '../../../src/core/index.js';
import type { Command, Finished } from '../project.js';

/** The command ended with this status, this code, these words and a fix; stdout stays empty. */
export async function refused(
  command: Command,
  status: number,
  code: ErrorCode,
  ...words: Array<string | RegExp>
): Promise<Finished> {
  const finished = await command.done;
  expect(finished.stderr).toMatch(new RegExp(`^error ${code}: `, 'm'));
  for (const each of words) expect(finished.stderr).toMatch(each);
  expect(finished.stderr).toMatch(/^fix: \S/m);
  expect(finished.stdout).toBe('');
  expect(finished.status).toBe(status);
  return finished;
}

/** A listener that says nothing, and counts who came: where an engine should be, or instead of one. */
export class SilentServer implements AsyncDisposable {
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
    });
  }

  static async start(): Promise<SilentServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SilentServer(server);
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async connected(): Promise<void> {
    if (this.connections === 0) await once(this.server, 'connection');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
