/** A value as Temporal keeps it: bytes, and metadata that says what they are. */
export interface WirePayload {
  metadata?: Record<string, Uint8Array> | null;
  data?: Uint8Array | null;
}

/** Tags of the protobuf message `temporal.api.common.v1.Payload`: two fields with a length each. */
const METADATA = 0x0a;
const DATA = 0x12;
const KEY = 0x0a;
const VALUE = 0x12;

/** The payload as its protobuf message, which is what Temporal's own codecs encrypt and compress. */
export function writePayload({ metadata, data }: WirePayload): Buffer {
  const parts: Uint8Array[] = [];
  for (const [key, value] of Object.entries(metadata ?? {})) {
    const entry = [...field(KEY, Buffer.from(key)), ...field(VALUE, value)];
    parts.push(...field(METADATA, Buffer.concat(entry)));
  }
  if (data?.length) parts.push(...field(DATA, data));
  return Buffer.concat(parts);
}

/** Throws a RangeError where the bytes are no payload. */
export function readPayload(bytes: Uint8Array): WirePayload {
  const metadata: Record<string, Uint8Array> = {};
  let data: Uint8Array = new Uint8Array();
  for (const [tag, value] of fields(bytes)) {
    if (tag === DATA) data = value;
    if (tag !== METADATA) continue;
    const entry = new Map(fields(value));
    metadata[Buffer.from(entry.get(KEY) ?? []).toString()] = entry.get(VALUE) ?? new Uint8Array();
  }
  return { metadata, data };
}

function field(tag: number, value: Uint8Array): Uint8Array[] {
  return [Uint8Array.of(tag, ...varint(value.length)), value];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) | 128);
  }
}

/** Fields of another wire type than "length, then bytes" are passed over: a later Temporal may add some. */
function* fields(bytes: Uint8Array): Generator<[tag: number, value: Uint8Array]> {
  let at = 0;
  const number = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 49) throw new RangeError('not a payload');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = number();
    const type = tag % 8;
    if (type === 0) number();
    else if (type === 1 || type === 5) at += type === 1 ? 8 : 4;
    else if (type === 2) {
      const length = number();
      if (at + length > bytes.length) throw new RangeError('not a payload');
      yield [tag, bytes.subarray(at, at + length)];
      at += length;
    } else throw new RangeError('not a payload');
  }
}
