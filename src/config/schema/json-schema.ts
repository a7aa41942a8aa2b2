import { z } from 'zod';
import type { JsonSchema } from '../../core/index.js';
import { UNSUPPORTED } from './known-keys.js';
import { fileSchema } from './schema.js';

/** JSON Schema of the config file, for editors; made from the schema that `loadConfig` checks with. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(fileSchema, { io: 'input' }) as JsonSchema;
  for (const [pattern, advice] of UNSUPPORTED) addUnsupported(schema, pattern.split('.'), advice);
  loosen(schema);
  return { ...schema, title: 'mcp_agent.config.yaml of mcpa' };
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function addUnsupported(schema: JsonSchema, [key, ...rest]: string[], advice: string): void {
  if (key === '*') {
    const inner = schema.additionalProperties ?? schema.items;
    if (isSchema(inner)) addUnsupported(inner, rest, advice);
    return;
  }
  if (!isSchema(schema.properties) || key === undefined) return;
  const child = schema.properties[key];
  if (rest.length === 0)
    schema.properties[key] = { deprecated: true, description: `No effect in mcpa: ${advice}` };
  else if (isSchema(child)) addUnsupported(child, rest, advice);
}

/** What the file allows beyond the values' own schema: `x-*` keys, empty sections, and `${VAR}` for a number. */
function loosen(schema: JsonSchema): void {
  for (const name of ['properties', 'anyOf', 'items', 'additionalProperties']) {
    const inner = schema[name];
    const children = name === 'properties' || name === 'anyOf' ? Object.values(inner ?? {}) : [inner];
    for (const child of children) if (isSchema(child)) loosen(child);
  }
  if (schema.type === 'object' && schema.additionalProperties === false) {
    schema.patternProperties = { '^x-': {} };
  }
  if (schema.type === 'object' || schema.type === 'string') schema.type = [schema.type, 'null'];
  if (schema.type === 'number' || schema.type === 'integer' || schema.type === 'boolean') {
    const { description, ...plain } = schema;
    for (const key of Object.keys(schema)) delete schema[key];
    if (description !== undefined) schema.description = description;
    schema.anyOf = [plain, { type: 'string', pattern: '\\$\\{' }];
  }
}

export interface ConfigKey {
  key: string;
  type: string;
  description: string;
}

/** Every key of the file in the schema's order; `<name>` stands for a name of the user's. */
export function configKeys(): ConfigKey[] {
  const rows: ConfigKey[] = [];
  const visit = (schema: JsonSchema, key: string): void => {
    const branches = Array.isArray(schema.anyOf) ? (schema.anyOf as JsonSchema[]) : [schema];
    const isLeaf = !branches.some((branch) => isSchema(branch.properties));
    const named = schema.additionalProperties;
    const items = schema.items;
    if (isSchema(named) && isSchema(named.properties)) {
      visit(named, `${key}.<name>`);
      return;
    }
    if (isSchema(items) && isSchema(items.properties)) {
      visit(items, `${key}[]`);
      return;
    }
    if (isLeaf || branches.length > 1) {
      rows.push({
        key,
        type: branches.map(typeName).join(' or '),
        description: String(schema.description ?? ''),
      });
    }
    for (const branch of branches) {
      for (const [name, child] of Object.entries((branch.properties ?? {}) as Record<string, JsonSchema>)) {
        visit(child, key === '' ? name : `${key}.${name}`);
      }
    }
  };
  visit(z.toJSONSchema(fileSchema, { io: 'input' }) as JsonSchema, '');
  return rows;
}

function typeName(schema: JsonSchema): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return 'list';
  return schema.type === 'object' ? 'mapping' : schema.type === 'string' ? 'text' : String(schema.type);
}

/** The keys as a Markdown table (docs/config.md). */
export function configTable(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = configKeys().map((row) => `| \`${row.key}\` | ${cell(row.type)} | ${cell(row.description)} |`);
  return ['| key | value | effect |', '|---|---|---|', ...rows].join('\n');
}
