import type { JsonObject } from '../../../core/index.js';

type Properties = Record<string, JsonObject>;

/** `others`: what an index signature allows beside the properties. */
export function objectSchema(properties: Properties, required: string[], others?: JsonObject): JsonObject {
  return {
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    ...(others && { additionalProperties: others }),
  };
}

/** Literals become one `enum`; a union with anything unknown is any JSON. */
export function unionSchema(members: JsonObject[]): JsonObject {
  const [only] = members;
  if (members.length <= 1) return only ?? {};
  if (members.some((each) => Object.keys(each).length === 0)) return {};
  if (members.every((each) => 'const' in each || 'enum' in each)) {
    return { enum: members.flatMap((each) => ('const' in each ? [each.const!] : (each.enum as string[]))) };
  }
  return { anyOf: members };
}

/** Objects are merged, so that a tool shows one list of properties; of anything else nothing is known. */
export function intersection(members: JsonObject[]): JsonObject {
  if (members.some(({ type }) => type !== 'object')) return {};
  const properties = Object.assign({}, ...members.map((each) => each.properties)) as Properties;
  const required = [...new Set(members.flatMap((each) => (each.required ?? []) as string[]))];
  const others = members.find((each) => each.additionalProperties)?.additionalProperties as
    | JsonObject
    | undefined;
  return objectSchema(properties, required, others);
}

/** An object's schema without some of its properties. */
export function without(schema: JsonObject, leftOut: (name: string) => boolean): JsonObject {
  if (schema.type !== 'object') return {};
  const properties = Object.entries((schema.properties ?? {}) as Properties).filter(
    ([name]) => !leftOut(name),
  );
  const required = ((schema.required ?? []) as string[]).filter((name) => !leftOut(name));
  return objectSchema(Object.fromEntries(properties), required);
}
