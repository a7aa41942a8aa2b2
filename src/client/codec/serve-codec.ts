import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Config, PayloadCodec } from '../../config/index.js';
import { decodeJson, encodeJson } from './json-payloads.js';

export interface CodecServerOptions {
  config: Config;
  /** A free one otherwise. */
  port?: number;
  /** Pages that may ask, as `http://localhost:8233`; the Web UI of the config's own engine always may. */
  origins?: string[];
  /** Whoever asks must have it; made anew otherwise. */
  token?: string;
  onError?: (message: string) => void;
}

/** A codec endpoint as Temporal's Web UI and command know it. */
export interface CodecServer extends AsyncDisposable {
  url: string;
  token: string;
  origins: string[];
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** A page of a history, in base64. */
const LARGEST_BODY = 64 * 1024 * 1024;
/** The Web UI of a dev server listens this far above its engine. */
const UI_OFFSET = 1_000;

/** Serves `/encode` and `/decode` with the keys of a config, on this machine only. */
export async function serveCodec(options: CodecServerOptions): Promise<CodecServer> {
  const { config, token = randomBytes(24).toString('base64url') } = options;
  const codec = new PayloadCodec(config);
  const origins = [...new Set([...uiOrigins(config), ...(options.origins ?? [])])];
  const guard = { token, origins };
  const server = createServer((request, response) => {
    answer(request, response, codec, guard).catch((error: unknown) => {
      options.onError?.((error as Error).message);
      if (!response.headersSent) end(response, 500, { error: 'the codec failed' });
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, LOOPBACK, resolve);
  });
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://${LOOPBACK}:${port}`, token, origins, close, [Symbol.asyncDispose]: close };
}

interface Guard {
  token: string;
  origins: string[];
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  codec: PayloadCodec,
  { token, origins }: Guard,
): Promise<void> {
  const { origin } = request.headers;
  if (origin !== undefined) {
    if (!origins.includes(origin))
      return end(response, 403, { error: `pages of ${origin} may not ask: start mcpa codec with --origin` });
    allow(request, response, origin);
  }
  if (request.method === 'OPTIONS') return end(response, 204);
  const path = (request.url ?? '').split('?')[0] ?? '';
  const [, inPath, what] = /^(?:\/([^/]+))?\/(encode|decode)$/.exec(path) ?? [];
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? inPath;
  if (given === undefined || !same(given, token))
    return end(response, 401, { error: 'the token is missing or wrong' });
  if (what === undefined) return end(response, 404, { error: 'there are /encode and /decode' });
  if (request.method !== 'POST') return end(response, 405, { error: 'POST is what it takes' });
  const body = await bodyOf(request);
  if (body === undefined)
    return end(response, 413, { error: `the body has more than ${LARGEST_BODY} bytes` });
  const result = what === 'encode' ? await encodeJson(codec, body) : decodeJson(codec, body);
  return result === undefined
    ? end(response, 400, { error: 'the body is no { "payloads": [ … ] }' })
    : end(response, 200, result);
}

/** `undefined` when it is too large: what comes then is not kept. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What a browser wants to hear before it sends a page's request here, and shows the page the answer. */
function allow(request: IncomingMessage, response: ServerResponse, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Vary', 'Origin');
  if (request.method !== 'OPTIONS') return;
  const wanted = request.headers['access-control-request-headers'];
  response.setHeader('Access-Control-Allow-Methods', 'POST');
  response.setHeader('Access-Control-Allow-Headers', wanted ?? 'authorization, content-type, x-namespace');
  if (request.headers['access-control-request-private-network'] === 'true')
    response.setHeader('Access-Control-Allow-Private-Network', 'true');
}

function end(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** In a time that tells nothing. */
function same(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function uiOrigins({ temporal: { address } }: Config): string[] {
  const [, host, port] = /^(localhost|127\.0\.0\.1|\[::1\]):(\d+)$/.exec(address) ?? [];
  if (host === undefined) return [];
  return ['localhost', '127.0.0.1'].map((name) => `http://${name}:${Number(port) + UI_OFFSET}`);
}
