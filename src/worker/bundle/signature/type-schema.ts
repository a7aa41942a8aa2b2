import type { JsonObject } from '../../../core/index.js';
import type { SwcNode } from '../packages.js';
import type { ParsedSource } from '../source/parse-source.js';
import { literalValue } from './literal-value.js';
import { intersection, objectSchema, unionSchema, without } from './schemas.js';
import type { TypeScopes } from './type-scope.js';

/** Types nest; what is deeper than this is any JSON. */
const DEEPEST = 12;

/** JSON Schemas of TypeScript types, read from their source; what can't be known is any JSON, `{}`. */
export class TypeSchemas {
  readonly #scopes: TypeScopes;
  /** Names under way: a type that contains itself ends in any JSON. */
  readonly #open: string[] = [];

  constructor(scopes: TypeScopes) {
    this.#scopes = scopes;
  }

  of(node: SwcNode | null | undefined, source: ParsedSource): JsonObject {
    if (!node || this.#open.length > DEEPEST) return {};
    switch (node.type) {
      case 'TsTypeAnnotation':
      case 'TsParenthesizedType':
      case 'TsTypeOperator':
        return node.op === 'keyof' || node.op === 'unique' ? {} : this.of(node.typeAnnotation, source);
      case 'TsKeywordType':
        return keyword(node.kind);
      case 'TsLiteralType': {
        const value = literalValue(node.literal);
        return value === undefined ? { type: 'string' } : { const: value };
      }
      case 'TsUnionType':
        return unionSchema(
          (node.types as SwcNode[])
            .filter((each) => each.kind !== 'undefined')
            .map((each) => this.of(each, source)),
        );
      case 'TsIntersectionType':
        return intersection((node.types as SwcNode[]).map((each) => this.of(each, source)));
      case 'TsArrayType':
        return { type: 'array', items: this.of(node.elemType, source) };
      case 'TsTupleType':
        return this.#tuple(node, source);
      case 'TsTypeLiteral':
        return this.#members(node.members, source);
      case 'TsTypeReference':
        return this.#reference(node, source);
      default:
        return {};
    }
  }

  #tuple(node: SwcNode, source: ParsedSource): JsonObject {
    const types = (node.elemTypes as SwcNode[]).map((each) => each.ty as SwcNode);
    if (types.some((each) => /^Ts(Rest|Optional)Type$/.test(each.type))) return { type: 'array' };
    const prefixItems = types.map((each) => this.of(each, source));
    return { type: 'array', prefixItems, minItems: types.length, maxItems: types.length };
  }

  #members(members: SwcNode[], source: ParsedSource): JsonObject {
    const properties: Record<string, JsonObject> = {};
    const required: string[] = [];
    let others: JsonObject | undefined;
    for (const member of members) {
      if (member.type === 'TsIndexSignature') others = this.of(member.typeAnnotation, source);
      if (member.type !== 'TsPropertySignature' || member.computed) continue;
      const name = String(member.key.value);
      const description = source.docOf(member);
      properties[name] = {
        ...this.of(member.typeAnnotation, source),
        ...(description !== undefined && { description }),
      };
      if (!member.optional && !allowsUndefined(member.typeAnnotation)) required.push(name);
    }
    return objectSchema(properties, required, others);
  }

  #reference(node: SwcNode, source: ParsedSource): JsonObject {
    if (node.typeName.type !== 'Identifier') return {};
    const name = node.typeName.value as string;
    const given = (node.typeParams?.params ?? []) as SwcNode[];
    const found = this.#scopes.find(name, source);
    if (!found) return this.#builtIn(name, given, source);
    const key = `${found.source.file}\0${name}`;
    if (this.#open.includes(key)) return {};
    this.#open.push(key);
    try {
      return this.#declared(found.node, found.source);
    } finally {
      this.#open.pop();
    }
  }

  #declared(node: SwcNode, source: ParsedSource): JsonObject {
    if (node.type === 'TsTypeAliasDeclaration') return this.of(node.typeAnnotation, source);
    if (node.type === 'TsEnumDeclaration') {
      const values = (node.members as SwcNode[]).map((member, at) => literalValue(member.init) ?? at);
      return { enum: values };
    }
    const own = this.#members(node.body.body, source);
    const bases = (node.extends as SwcNode[]).map((base) =>
      this.#reference(
        { type: 'TsTypeReference', typeName: base.expression, typeParams: base.typeArguments },
        source,
      ),
    );
    return bases.length === 0 ? own : intersection([...bases, own]);
  }

  /** What TypeScript declares itself; a type of a package is any JSON. */
  #builtIn(name: string, given: SwcNode[], source: ParsedSource): JsonObject {
    const [first, second] = given;
    switch (name) {
      case 'Array':
      case 'ReadonlyArray':
        return { type: 'array', items: this.of(first, source) };
      case 'Record':
        return { type: 'object', additionalProperties: this.of(second, source) };
      case 'Readonly':
      case 'NonNullable':
        return this.of(first, source);
      case 'Partial': {
        const { required: _, ...rest } = this.of(first, source);
        return rest;
      }
      case 'Pick':
      case 'Omit': {
        const names = this.of(second, source);
        const keys = (names.enum ?? (names.const === undefined ? [] : [names.const])) as unknown[];
        return without(this.of(first, source), (key) => keys.includes(key) === (name === 'Omit'));
      }
      default:
        return {};
    }
  }
}

function keyword(kind: string): JsonObject {
  return /^(string|number|boolean|null|object)$/.test(kind) ? { type: kind } : {};
}

/** `a: string | undefined` may be left out of JSON as well. */
function allowsUndefined(annotation: SwcNode | null | undefined): boolean {
  const node = annotation?.typeAnnotation as SwcNode | undefined;
  return node?.type === 'TsUnionType' && (node.types as SwcNode[]).some(({ kind }) => kind === 'undefined');
}
