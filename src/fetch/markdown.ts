import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import TurndownService from 'turndown';
import { FetchError } from './fetch-error.js';

/** A page's Markdown. In a thread of its own: a hostile page can keep the converter busy for minutes. */
export async function toMarkdown(html: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const thread = new Worker(new URL(import.meta.url), {
    workerData: html,
    resourceLimits: { stackSizeMb: 4 },
  });
  const stop = () => void thread.terminate();
  signal.addEventListener('abort', stop);
  try {
    return await new Promise<string>((resolve, reject) => {
      thread.on('message', resolve);
      thread.on('error', ({ message }) =>
        reject(new FetchError(`the HTML can't be converted (${message}); raw: true gives it as it is`)),
      );
      thread.on('exit', () => reject(signal.reason ?? new FetchError('the HTML converter ended early')));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function convert(html: string): string {
  const turndown = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
  });
  turndown.remove(['script', 'style', 'noscript', 'template', 'iframe', 'canvas', 'title']);
  turndown.remove((node) => node.nodeName.toLowerCase() === 'svg');
  turndown.addRule('embedded image', {
    filter: (node) => node.nodeName === 'IMG' && (node.getAttribute('src') ?? '').startsWith('data:'),
    replacement: (_, node) =>
      (node as unknown as { getAttribute(name: string): string | null }).getAttribute('alt') ?? '',
  });
  const title = html.match(/<title[^>]{0,200}>([^<]{0,1000})<\/title>/i)?.[1]?.trim();
  const text = turndown.turndown(html).trim();
  // The converter decodes the title's entities, too.
  const heading = title ? turndown.turndown(`<h1>${title}</h1>`).trim() : '';
  return text.includes(heading) ? text : `${heading}\n\n${text}`.trim();
}

if (!isMainThread) parentPort?.postMessage(convert(workerData as string));
