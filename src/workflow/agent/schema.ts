import type { JsonSchema } from '../../core/index.js';

/** Standard Schema v1 with its JSON Schema extension, as far as mcpa uses it. */
export interface StandardSchema<T = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => unknown;
    readonly jsonSchema?: { readonly input: (options: { target: string }) => Record<string, unknown> };
    readonly types?: { readonly output: T } | undefined;
  };
}

/** A JSON Schema as data, or an object with Standard Schema's `~standard.jsonSchema` (zod 4 and others). */
export type Schema<T = unknown> = JsonSchema | StandardSchema<T>;

export type Output<S> = S extends { '~standard': { types?: { output: infer T } | undefined } } ? T : unknown;

function standard(schema: Schema): StandardSchema['~standard'] | undefined {
  return (schema as Partial<StandardSchema>)['~standard'];
}

/** The schema's input form as JSON Schema; throws with the fix where a library can't give it. */
export function toJsonSchema(schema: Schema): JsonSchema {
  const spec = standard(schema);
  if (spec === undefined) {
    if (typeof schema !== 'object' || schema === null || '_def' in schema) throw unsupported('this schema');
    return schema as JsonSchema;
  }
  if (spec.jsonSchema === undefined) throw unsupported(`the ${spec.vendor} schema`);
  const { $schema: _, ...json } = spec.jsonSchema.input({ target: 'draft-2020-12' });
  return json;
}

function unsupported(what: string): TypeError {
  return new TypeError(
    `${what} has no JSON Schema form. Use zod 4.2 or later (import { z } from 'zod', not zod/v3 and not zod/mini), or pass a JSON Schema.`,
  );
}

/** The schema's output for a value, or the reason why it was refused. */
export function parseOutput(schema: Schema, value: unknown): { value: unknown } | { problem: string } {
  const spec = standard(schema);
  if (spec === undefined) return { value };
  const result = spec.validate(value) as {
    value?: unknown;
    issues?: Array<{ message: string; path?: unknown[] }>;
  };
  if (typeof (result as { then?: unknown }).then === 'function') {
    throw new TypeError(
      'the schema validates asynchronously, which a workflow cannot: use synchronous checks only',
    );
  }
  if (result.issues === undefined) return { value: result.value };
  const problems = result.issues.map((issue) => `${pathOf(issue.path)}${issue.message}`);
  return { problem: problems.join('; ') };
}

function pathOf(path: unknown[] | undefined): string {
  if (path === undefined || path.length === 0) return '';
  const keys = path.map((part) =>
    typeof part === 'object' && part !== null ? (part as { key: unknown }).key : part,
  );
  return `${keys.join('.')}: `;
}
