import type { ContentPart, Json, JsonObject, JsonSchema } from '../../core/index.js';

/** Image types that both providers take. */
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** Every model of mcpa's providers that sees images takes it. */
export function takesImage(mimeType: unknown): mimeType is string {
  return typeof mimeType === 'string' && IMAGE_TYPES.has(mimeType);
}

export type NativePart =
  | { kind: 'text'; text: string }
  | { kind: 'image'; mimeType: string; data: string }
  | { kind: 'pdf'; name: string; data: string };

/** A part as the providers can take it: text, an image, a PDF; anything else is described as text. */
export function nativePart(part: ContentPart): NativePart {
  switch (part.type) {
    case 'text':
      return { kind: 'text', text: part.text };
    case 'image':
      if (IMAGE_TYPES.has(part.mimeType)) return { kind: 'image', mimeType: part.mimeType, data: part.data };
      return { kind: 'text', text: describe('image', part.mimeType, part.data) };
    case 'audio':
      return { kind: 'text', text: describe('audio', part.mimeType, part.data) };
    case 'resource':
      return nativeResource(part.resource);
    case 'resource_link': {
      const more = [part.mimeType, part.description].filter(Boolean).join(', ');
      return { kind: 'text', text: `[resource ${part.name}: ${part.uri}${more ? ` (${more})` : ''}]` };
    }
  }
}

function nativeResource(resource: Extract<ContentPart, { type: 'resource' }>['resource']): NativePart {
  const { uri, mimeType = '', text, blob } = resource;
  if (text !== undefined) return { kind: 'text', text: `<resource uri="${uri}">\n${text}\n</resource>` };
  const data = blob ?? '';
  if (IMAGE_TYPES.has(mimeType)) return { kind: 'image', mimeType, data };
  if (mimeType === 'application/pdf')
    return { kind: 'pdf', name: uri.split('/').at(-1) || 'document.pdf', data };
  return { kind: 'text', text: describe(`resource ${uri}`, mimeType || 'unknown type', data) };
}

/** Base64 in a prompt would cost tokens and tell nothing. */
function describe(what: string, mimeType: string, base64: string): string {
  return `[${what}, ${mimeType}, ${Math.floor((base64.length * 3) / 4)} bytes: this model can't read it]`;
}

/** The parts of a text-only message. */
export function asText(content: ContentPart[]): string {
  return content
    .map((part) => {
      const native = nativePart(part);
      if (native.kind === 'text') return native.text;
      return native.kind === 'pdf'
        ? describe(`document ${native.name}`, 'application/pdf', native.data)
        : describe('image', native.mimeType, native.data);
    })
    .join('\n');
}

/** Arguments as a model wrote them: what doesn't parse to an object becomes a problem to tell it. */
export function parseArguments(text: string): { arguments: JsonObject; problem?: string } {
  // Servers send nothing, or a blank, for a call without arguments.
  if (text.trim() === '') return { arguments: {} };
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return { arguments: {}, problem: `The arguments are not valid JSON: ${(error as Error).message}` };
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { arguments: value };
  return { arguments: {}, problem: 'The arguments are not a JSON object.' };
}

/** By the index that the provider gave: a list would be as long as the greatest of them. */
export function inOrder<T>(parts: ReadonlyMap<number, T>): T[] {
  return [...parts].sort(([a], [b]) => Number(a) - Number(b)).map(([, part]) => part);
}

/** For a schema that a provider's native way can't express: the caller checks the answer in any case. */
export function schemaInstruction(schema: JsonSchema): string {
  return `Answer with nothing but JSON that satisfies this JSON Schema:\n${JSON.stringify(schema)}`;
}
