import { isIPv6 } from 'node:net';

export interface Settings {
  /** For one call: all its redirects, the whole body, and its conversion. */
  timeoutMs: number;
  maxBytes: number;
  maxRedirects: number;
  /** Whether the host of this URL may have a private address. */
  mayBePrivate(url: URL): boolean;
}

const MAX_SECONDS = 600;

/** Reads the environment; throws on what makes no sense. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    timeoutMs: seconds(env.MCPA_FETCH_TIMEOUT_SECONDS) * 1_000,
    maxBytes: 5 * 1024 * 1024,
    maxRedirects: 5,
    mayBePrivate: allowed(env.MCPA_FETCH_ALLOW_PRIVATE ?? ''),
  };
}

function seconds(text: string | undefined): number {
  if (text === undefined || text.trim() === '') return 10;
  const value = Number(text);
  if (value > 0 && value <= MAX_SECONDS) return value;
  throw new Error(`MCPA_FETCH_TIMEOUT_SECONDS must be above 0 and at most ${MAX_SECONDS}, not "${text}"`);
}

function allowed(text: string): (url: URL) => boolean {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.includes('*')) return () => true;
  const hosts = new Set(entries.map(canonical));
  return (url) => hosts.has(url.hostname) || hosts.has(`${url.hostname}:${portOf(url)}`);
}

/** The host as URLs spell it, with the port where one is given. */
function canonical(entry: string): string {
  const [, host, port] = isIPv6(entry)
    ? ['', `[${entry}]`]
    : (entry.match(/^(\[.+\]|[^:]+)(?::(\d+))?$/) ?? []);
  const url = host === undefined ? undefined : parseHost(host);
  if (url === undefined) {
    throw new Error(`MCPA_FETCH_ALLOW_PRIVATE: "${entry}" is neither host, host:port nor *`);
  }
  return port === undefined ? url.hostname : `${url.hostname}:${Number(port)}`;
}

function parseHost(host: string): URL | undefined {
  if (/[/@?#\\\s]/.test(host)) return undefined;
  try {
    return new URL(`http://${host}`);
  } catch {
    return undefined;
  }
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}
