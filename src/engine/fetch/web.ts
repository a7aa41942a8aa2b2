import type { EnvHttpProxyAgent, Response } from 'undici';

const CONNECT_MS = 5000;

export interface Web extends AsyncDisposable {
  /** The answer with its head read; anything but a success is an error. */
  open(url: string, signal?: AbortSignal): Promise<Response>;
}

/**
 * Fetches through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name: Node 20's own fetch knows none, later ones
 * only when asked. undici is loaded when something is downloaded, which is once.
 */
export async function createWeb(env: NodeJS.ProcessEnv): Promise<Web> {
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const either = (name: string) => env[name.toLowerCase()] || env[name] || '';
  let dispatcher: EnvHttpProxyAgent;
  try {
    dispatcher = new EnvHttpProxyAgent({
      httpProxy: either('HTTP_PROXY'),
      httpsProxy: either('HTTPS_PROXY'),
      noProxy: either('NO_PROXY'),
    });
  } catch (error) {
    throw new Error(`HTTPS_PROXY or HTTP_PROXY names no proxy: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return {
    async open(url, signal) {
      // Only the time to the answer's head is limited: a firewall that drops packets must not hold up the build.
      const connect = new AbortController();
      const timer = setTimeout(
        () => connect.abort(new Error(`no answer in ${CONNECT_MS / 1000} s`)),
        CONNECT_MS,
      );
      try {
        const response = await fetch(url, {
          dispatcher,
          signal: signal ? AbortSignal.any([signal, connect.signal]) : connect.signal,
        });
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        return response;
      } catch (error) {
        signal?.throwIfAborted();
        const { message, cause } = error as Error & { cause?: { message?: string; code?: string } };
        throw new Error(`${url}: ${cause?.message || cause?.code || message}`, { cause: error });
      } finally {
        clearTimeout(timer);
      }
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}
