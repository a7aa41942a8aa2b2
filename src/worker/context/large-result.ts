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
  let length = Math.min(part.text.length, Math.max(0, bytes - 200));
  while (length > 0 && bytesOf(part.text.slice(0, length)) > bytes - 200) length = Math.floor(length * 0.9);
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
