import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { checkLiteral, publicLookup } from './address.js';
import { FetchError } from './fetch-error.js';
import type { Settings } from './settings.js';
import { VERSION } from './version.js';

export interface Page {
  url: URL;
  contentType: string;
  body: Buffer;
}

const HEADERS = {
  'user-agent': `mcpa-fetch/${VERSION} (MCP server; fetches for an AI agent)`,
  accept: 'text/html,text/markdown,text/plain,application/json;q=0.9,*/*;q=0.5',
  'accept-encoding': 'gzip, deflate, br',
};
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Gets a page, following redirects; each hop is checked like the first. */
export async function download(address: string, settings: Settings, signal: AbortSignal): Promise<Page> {
  let url = parse(address);
  for (let redirects = 0; ; redirects++) {
    const response = await send(url, settings, signal);
    const location = response.headers.location;
    if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) {
      return receive(url, response, settings);
    }
    response.destroy();
    if (redirects === settings.maxRedirects) {
      throw new FetchError(`more than ${settings.maxRedirects} redirects, the last one to ${location}`);
    }
    url = parse(location, url);
  }
}

function parse(address: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch {
    throw new FetchError(`${base ? 'redirected to what is no URL' : 'not a URL'}: ${address}`);
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new FetchError(
    `${base ? 'redirected to' : 'refused:'} ${url.protocol} URL; only http and https are fetched`,
  );
}

function send(url: URL, settings: Settings, signal: AbortSignal): Promise<IncomingMessage> {
  const open = settings.mayBePrivate(url);
  if (!open) checkLiteral(url);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // No agent: a kept connection would skip the lookup, and with it the check.
    const options = { agent: false, headers: HEADERS, signal, ...(open ? {} : { lookup: publicLookup }) };
    request(url, options, resolve).on('error', reject).end();
  });
}

async function receive(url: URL, response: IncomingMessage, settings: Settings): Promise<Page> {
  const { statusCode = 0, statusMessage = '', headers } = response;
  try {
    if (statusCode < 200 || statusCode > 299) {
      throw new FetchError(`HTTP ${statusCode} ${statusMessage}`.trim());
    }
    const body = await read(response, settings.maxBytes);
    return { url, contentType: headers['content-type'] ?? '', body };
  } finally {
    response.destroy();
  }
}

async function read(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new FetchError(`the body is larger than ${maxBytes / 1024 / 1024} MB`);
  if (Number(response.headers['content-length']) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decoded(response)) {
    size += (chunk as Buffer).length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The body without its transfer compression: the limit counts what comes out. */
function decoded(response: IncomingMessage): Readable {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return response;
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'br'
        ? createBrotliDecompress()
        : encoding === 'deflate'
          ? createInflate()
          : undefined;
  if (decoder === undefined) throw new FetchError(`content encoding ${encoding} can't be read`);
  response.on('error', (error) => decoder.destroy(error));
  return response.pipe(decoder);
}
