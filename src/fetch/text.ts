import type { Page } from './download.js';
import { FetchError } from './fetch-error.js';
import { toMarkdown } from './markdown.js';

const TEXT =
  /^(text\/.+|application\/(.+\+)?(json|xml|yaml)|application\/(javascript|x-ndjson|x-yaml|toml|rtf))$/;

/** A page as text: HTML becomes Markdown unless it is wanted raw. */
export async function readable(
  { contentType, body }: Page,
  raw: boolean,
  signal: AbortSignal,
): Promise<string> {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  const html = type === 'text/html' || type === 'application/xhtml+xml';
  if (!html && !TEXT.test(type) && (type !== '' || body.includes(0))) {
    throw new FetchError(`the content is ${type || 'of no stated type'}, not text`);
  }
  const text = decode(body, contentType, html);
  const isPage = html || (type === '' && /^\s*<(!doctype html|html)\b/i.test(text));
  return isPage && !raw ? toMarkdown(text, signal) : text;
}

function decode(body: Buffer, contentType: string, html: boolean): string {
  const declared = html ? body.subarray(0, 1024).toString('latin1') : '';
  const charset =
    contentType.match(/charset\s*=\s*"?([^\s;"]+)/i)?.[1] ??
    declared.match(/<meta[^>]+charset\s*=\s*["']?([^\s"'/>;]+)/i)?.[1] ??
    'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}
