import { createServer } from 'node:http';
import { portError } from './ports.js';

/** `/live` answers while the process does; `/ready` only while the worker polls. */
export async function serveHealth(port: number, state: () => string): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    const now = state();
    const known = ['/', '/live', '/livez', '/healthz', '/ready', '/readyz'].includes(request.url ?? '');
    const wantsReady = request.url?.startsWith('/ready') === true;
    const status = !known ? 404 : wantsReady && now !== 'RUNNING' ? 503 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ state: now })}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portError(error, port, '--health-port')));
    server.listen(port, resolve);
  });
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
