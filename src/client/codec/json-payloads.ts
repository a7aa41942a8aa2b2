import type { PayloadCodec, WirePayload } from '../../config/index.js';
import { isMcpaError } from '../../core/index.js';

/** A payload as protobuf's JSON has it: bytes in base64. */
interface JsonPayload {
  metadata?: Record<string, string>;
  data?: string;
}

export interface JsonPayloads {
  payloads: JsonPayload[];
}

/** undefined: the text is no payloads. */
export async function encodeJson(codec: PayloadCodec, text: string): Promise<JsonPayloads | undefined> {
  const payloads = parse(text);
  return payloads && { payloads: (await codec.encode(payloads)).map(toJson) };
}

/** What no key here reads says so in its place, so that the rest of a page is shown. */
export function decodeJson(codec: PayloadCodec, text: string): JsonPayloads | undefined {
  const payloads = parse(text);
  return payloads && { payloads: payloads.map((payload) => toJson(opened(codec, payload))) };
}

function opened(codec: PayloadCodec, payload: WirePayload): WirePayload {
  try {
    return codec.open(payload);
  } catch (error) {
    if (!isMcpaError(error)) return payload;
    const said = Buffer.from(JSON.stringify(`(${error.message.replace('command', 'codec')})`));
    return { metadata: { encoding: Buffer.from('json/plain') }, data: said };
  }
}

function parse(text: string): WirePayload[] | undefined {
  try {
    const { payloads } = JSON.parse(text) as JsonPayloads;
    return payloads.map(({ metadata = {}, data, ...rest }) => ({
      ...rest,
      metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, bytes(value)])),
      data: bytes(data ?? ''),
    }));
  } catch {
    return undefined;
  }
}

/** Some senders leave padding out, or use the alphabet of URLs: Node takes both. */
function bytes(text: string): Buffer {
  if (typeof text !== 'string') throw new TypeError('no base64');
  return Buffer.from(text, 'base64');
}

function toJson({ metadata, data, ...rest }: WirePayload): JsonPayload {
  const base64 = (value: Uint8Array) => Buffer.from(value).toString('base64');
  const entries = Object.entries(metadata ?? {}).map(([key, value]) => [key, base64(value)]);
  return { ...rest, metadata: Object.fromEntries(entries), ...(data && { data: base64(data) }) };
}
