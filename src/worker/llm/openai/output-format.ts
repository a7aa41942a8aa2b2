import type { JsonSchema } from '../../../core/index.js';

export interface OutputFormat {
  name: string;
  schema: JsonSchema;
  strict: boolean;
}

/** Strict where the schema allows it: the SDK's own rules say whether it does. Otherwise a guide; the caller checks. */
export function outputFormat(schema: JsonSchema, toStrict: (schema: unknown) => unknown): OutputFormat {
  try {
    return { name: 'answer', schema: toStrict(schema) as JsonSchema, strict: true };
  } catch {
    return { name: 'answer', schema, strict: false };
  }
}
