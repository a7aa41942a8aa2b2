import { type CallToolOutput, type ContentPart, grouped, resultText } from '../../core/index.js';

type Result = Omit<CallToolOutput, 'id'>;

/** The engine takes payloads up to 2 MB; a page of the conversation query must hold the result, too. */
const MOST_BYTES = 1_500_000;

/**
 * A result that history can hold and a model can be shown: whole up to 1.5 MB, with the number of characters that the
 * model sees of it where it is longer.
 */
export function fitResult(result: Result, limit: number): Result {
  const fitting = bytesOf(result) <= MOST_BYTES ? result : cut(result);
  return resultText(fitting.content).length > limit ? { ...fitting, limit } : fitting;
}

/** Structured content goes first: most servers repeat it as text. */
function cut({ structuredContent, ...rest }: Result): Result {
  const content: ContentPart[] = [];
  if (structuredContent !== undefined) {
    const size = grouped(bytesOf(structuredContent));
    content.push(note(`[${size} bytes of structured content were left out: the result was too large]`));
  }
  let left = MOST_BYTES - bytesOf(content);
  for (const part of rest.content) {
    const fitting = bytesOf(part) <= left ? part : shorter(part, left);
    left -= bytesOf(fitting);
    content.push(fitting);
  }
  return { ...rest, content };
}

function shorter(part: ContentPart, bytes: number): ContentPart {
  if (part.type !== 'text')
    return note(`[${part.type} of ${grouped(bytesOf(part))} bytes: too large, left out]`);
  const room = bytes - 200;
  let length = room > 0 ? Math.min(part.text.length, room) : 0;
  // Characters take from one to six bytes in JSON: a few steps find how many fit.
  for (let size = 0; length > 0; length = Math.floor(length * Math.min(0.99, room / size))) {
    size = bytesOf(part.text.slice(0, length));
    if (size <= room) break;
  }
  const cutOff = part.text.length - length;
  return note(
    `${part.text.slice(0, length)}\n[cut here: ${grouped(cutOff)} characters more; a tool result can't be over 1.5 MB]`,
  );
}

function note(text: string): ContentPart {
  return { type: 'text', text };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
