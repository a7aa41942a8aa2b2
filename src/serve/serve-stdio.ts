import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { projectServer } from './project-server.js';
import type { ServedProject } from './served-project.js';

const LAST_WORDS_MS = 250;

/** Serves one client over a pair of streams; resolves when it has hung up, or the signal says stop. */
export async function serveOverStdio(
  project: ServedProject,
  streams: { input: Readable; output: Writable; signal: AbortSignal },
): Promise<void> {
  const { input, output, signal } = streams;
  const server = serveStdio(({ era }) => projectServer(project, era), {
    transport: new StdioServerTransport(input, output),
    onerror: (error) => project.log(`protocol: ${error.message}`),
  });
  await new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error'] as const) input.once(event, () => resolve());
    // A client that was killed can't be written to.
    output.once('error', () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  // Its calls say which runs they leave behind; a client that has hung up hears nothing.
  if (signal.aborted && !input.readableEnded) await sleep(LAST_WORDS_MS);
  await server.close();
}
