import type { JsonObject } from '../../../core/index.js';
import type { SwcNode } from '../packages.js';
import type { ParsedSource } from '../source/parse-source.js';
import { literalValue } from './literal-value.js';

export interface ExportedSchema {
  /** Undefined: what is exported is no JSON Schema of literals. */
  schema?: JsonObject;
  what: string;
  line: number;
}

/** `export const ReportWorkflowInput = { type: 'object', … }`: a JSON Schema of literals for the one argument. */
export function exportedSchema(source: ParsedSource, name: string): ExportedSchema | undefined {
  const byName = source.body.some((statement) => exportsLocal(statement, name));
  for (const statement of source.body) {
    const exported = statement.type === 'ExportDeclaration';
    const declaration = exported ? statement.declaration : byName ? statement : undefined;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration.declarations as SwcNode[]) {
      if (id.value !== name) continue;
      const schema = literalValue(init);
      const read = typeof schema === 'object' && schema !== null && !Array.isArray(schema);
      return { what: name, line: source.lineOf(statement), ...(read && { schema }) };
    }
  }
  return undefined;
}

/** `export { ReportWorkflowInput }`. */
function exportsLocal({ type, source, specifiers }: SwcNode, name: string): boolean {
  if (type !== 'ExportNamedDeclaration' || source) return false;
  return (specifiers as SwcNode[]).some(
    ({ orig, exported }) => orig?.value === name && (exported?.value ?? name) === name,
  );
}
