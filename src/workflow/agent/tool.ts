import type { Json, JsonObject, JsonSchema } from '../../core/index.js';
import { type Schema, toJsonSchema } from './schema.js';

export interface LocalTool {
  name: string;
  description?: string;
  inputSchema: JsonSchema;
  /** The name of an activity, or deterministic code of the workflow. */
  run: string | ((args: JsonObject) => Json | Promise<Json>);
}

export interface ToolOptions {
  name: string;
  description?: string;
  schema: Schema;
  run: string | ((args: never) => unknown);
}

/**
 * A tool of the workflow's own: deterministic code, or the name of an activity.
 *
 * @example tool({ name: 'add', schema: { type: 'object', properties: { a: { type: 'number' } } }, run: ({ a }) => a + 1 })
 */
export function tool(options: ToolOptions): LocalTool {
  const { name, description, schema, run } = options;
  return {
    name,
    inputSchema: toJsonSchema(schema),
    run: run as LocalTool['run'],
    ...(description === undefined ? {} : { description }),
  };
}
