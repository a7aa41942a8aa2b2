import { createServer } from 'node:net';
import { McpaError } from '../../core/errors.js';

export function portInUse(port: number, flag = '--port'): McpaError {
  return new McpaError('PORT_IN_USE', `port ${port} is in use by another process`, {
    hint: `choose another with ${flag} N (0 takes a free one), or end what listens there (lsof -i :${port})`,
  });
}

/** The port itself, or a free one for 0; undefined when it is taken. */
export function claimPort(port: number, ip: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host: ip, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
