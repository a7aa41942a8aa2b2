import { neverConnected } from '../errors.js';
import type { Connection } from './connection.js';

const EVERY_MS = 2000;

export interface Alive extends Disposable {
  /** Aborts with the caller's signal, or when the server is gone. */
  readonly signal: AbortSignal;
  /** Why the server is taken for gone. */
  readonly lost: Error | undefined;
}

/**
 * An HTTP server killed in mid-call may leave the client waiting until its timeout. While a call is pending, look
 * whether anything still listens at its address: any answer counts as life, only refused connections as death.
 */
export function watchAlive(connection: Connection, signal: AbortSignal): Alive {
  const { url, headers } = connection.config;
  if (url === undefined) return { signal, lost: undefined, [Symbol.dispose]() {} };

  const gone = new AbortController();
  let lost: Error | undefined;
  let refused = 0;
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(url, { method: 'HEAD', headers, signal: AbortSignal.timeout(EVERY_MS * 5) });
      await answer.body?.cancel();
      refused = 0;
    } catch (error) {
      // Twice: a restarting server or a busy network isn't dead.
      if (!neverConnected(error)) refused = 0;
      else if (++refused >= 2) {
        lost = new Error('Connection closed: nothing listens at its address any more');
        gone.abort(lost);
      }
    } finally {
      busy = false;
    }
  }, EVERY_MS);
  timer.unref();
  return {
    signal: AbortSignal.any([signal, gone.signal]),
    get lost() {
      return lost;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
