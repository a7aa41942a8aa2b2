import { createServer } from 'node:net';
import { McpaError } from '../../core/index.js';

/** For a listener that isn't ours to ask: binds once, to learn that nobody else holds the port. */
export async function freePortOrThrow(port: number, flag: string): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(portError(error, port, flag)));
    probe.listen(port, () => probe.close(() => resolve()));
  });
}

export function portError(error: unknown, port: number, flag: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    const hint = `choose another ${flag}, or stop what listens there (\`lsof -i :${port}\`)`;
    return new McpaError('PORT_IN_USE', `port ${port} is in use`, { hint, cause: error });
  }
  if (code === 'EACCES') {
    return new McpaError('PERMISSION', `port ${port} may not be opened`, {
      hint: 'use a port above 1023',
      cause: error,
    });
  }
  return error;
}
