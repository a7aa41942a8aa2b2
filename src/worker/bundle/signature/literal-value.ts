import type { Json } from '../../../core/index.js';
import type { SwcNode } from '../packages.js';

/** The JSON that an expression of literals stands for; undefined when it holds anything else. */
export function literalValue(node: SwcNode | null | undefined): Json | undefined {
  if (!node) return undefined;
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return node.value as Json;
    case 'NullLiteral':
      return null;
    case 'UnaryExpression': {
      const value = literalValue(node.argument);
      return node.operator === '-' && typeof value === 'number' ? -value : undefined;
    }
    case 'TemplateLiteral':
      return node.quasis.length === 1
        ? ((node.quasis[0].cooked ?? undefined) as Json | undefined)
        : undefined;
    case 'ArrayExpression': {
      const items = (node.elements as Array<{ spread?: unknown; expression: SwcNode } | null>).map((each) =>
        each === null || each.spread ? undefined : literalValue(each.expression),
      );
      return items.includes(undefined) ? undefined : (items as Json);
    }
    case 'ObjectExpression':
      return objectValue(node.properties);
    default:
      return /^(Parenthesis|TsAs|TsSatisfies|TsConstAssertion|TsConst)(Expression)?$/.test(node.type)
        ? literalValue(node.expression)
        : undefined;
  }
}

function objectValue(properties: SwcNode[]): Json | undefined {
  const object: Record<string, Json> = {};
  for (const property of properties) {
    if (property.type !== 'KeyValueProperty' || property.key.type === 'Computed') return undefined;
    const value = literalValue(property.value);
    if (value === undefined) return undefined;
    object[String(property.key.value)] = value;
  }
  return object;
}
