import type { SwcNode } from '../packages.js';
import type { ParsedSource } from '../source/parse-source.js';
import type { TypeScopes } from './type-scope.js';

/** Aliases of aliases; a chain of them is short. */
const LONGEST_CHAIN = 5;

/** The first parameter whose type a library infers, as in `z.infer<typeof Order>`: it takes any JSON. */
export function unreadType(
  params: SwcNode[],
  source: ParsedSource,
  scopes: TypeScopes,
): { what: string; line: number } | undefined {
  for (const each of params) {
    const pattern = each.type === 'Parameter' ? each.pat : each;
    const { typeAnnotation } = pattern.type === 'AssignmentPattern' ? pattern.left : pattern;
    const name = inferredName(typeAnnotation?.typeAnnotation, source, scopes);
    if (name !== undefined) return { what: `the type ${name}`, line: source.lineOf(pattern) };
  }
  return undefined;
}

function inferredName(
  type: SwcNode | undefined,
  source: ParsedSource,
  scopes: TypeScopes,
  depth = 0,
): string | undefined {
  if (type?.type !== 'TsTypeReference' || depth > LONGEST_CHAIN) return undefined;
  const { left, right, value } = type.typeName;
  if (type.typeName.type === 'TsQualifiedName') return `${left.value}.${right.value}`;
  const found = scopes.find(value, source);
  if (found?.node.type !== 'TsTypeAliasDeclaration') return undefined;
  return inferredName(found.node.typeAnnotation, found.source, scopes, depth + 1);
}
