import type { SwcNode } from '../packages.js';
import type { ParsedSource } from './parse-source.js';

export type Kind = 'function' | 'class' | 'value' | 'unknown' | 'ignored';

/** What a name of a module is: declared here, or taken from another module. */
export type Binding =
  | { kind: Kind; line: number; classLike?: boolean }
  | { from: string; name: string; line: number }
  | { local: string; line: number };

export interface ModuleExports {
  exports: Map<string, Binding>;
  stars: Array<{ from: string; line: number }>;
  locals: Map<string, Binding>;
}

/** Reads a module's exports without running it. */
export function readExports(source: ParsedSource): ModuleExports {
  const result: ModuleExports = { exports: new Map(), stars: [], locals: new Map() };
  for (const node of source.body) readStatement(node, source, result);
  return result;
}

function readStatement(node: SwcNode, source: ParsedSource, into: ModuleExports): void {
  const line = source.lineOf(node);
  switch (node.type) {
    case 'ExportDeclaration':
      for (const [name, binding] of declared(node.declaration, source)) {
        into.exports.set(name, binding);
        into.locals.set(name, binding);
      }
      return;
    case 'ExportNamedDeclaration':
      if (node.typeOnly) return;
      for (const item of node.specifiers as SwcNode[]) readSpecifier(item, node, line, into);
      return;
    case 'ExportAllDeclaration':
      if (!node.typeOnly) into.stars.push({ from: node.source.value, line });
      return;
    case 'ExportDefaultDeclaration': {
      const kind = node.decl.type === 'FunctionExpression' ? functionKind(node.decl) : classify(node.decl);
      into.exports.set('default', { kind, line });
      if (node.decl.identifier) into.locals.set(node.decl.identifier.value, { kind, line });
      return;
    }
    case 'ExportDefaultExpression':
      into.exports.set('default', bindingOf(node.expression, line));
      return;
    case 'ImportDeclaration':
      if (node.typeOnly) return;
      for (const item of node.specifiers as SwcNode[]) {
        if (item.type === 'ImportSpecifier' && !item.isTypeOnly) {
          const name = (item.imported?.value ?? item.local.value) as string;
          into.locals.set(item.local.value, { from: node.source.value, name, line });
        } else if (item.type === 'ImportDefaultSpecifier') {
          into.locals.set(item.local.value, { from: node.source.value, name: 'default', line });
        }
      }
      return;
    case 'ExpressionStatement':
      readCommonJs(node.expression, line, into);
      return;
    default:
      for (const [name, binding] of declared(node, source)) into.locals.set(name, binding);
  }
}

function readSpecifier(item: SwcNode, node: SwcNode, line: number, into: ModuleExports): void {
  if (item.isTypeOnly) return;
  if (item.type !== 'ExportSpecifier') {
    // `export * as name from`: a namespace object.
    const name = item.name?.value ?? item.exported?.value;
    if (name) into.exports.set(name, { kind: 'value', line });
    return;
  }
  const original = item.orig.value as string;
  const name = (item.exported?.value ?? original) as string;
  into.exports.set(
    name,
    node.source ? { from: node.source.value, name: original, line } : { local: original, line },
  );
}

/** `exports.name = …`, `module.exports.name = …` and `module.exports = { name, … }`. */
function readCommonJs(node: SwcNode, line: number, into: ModuleExports): void {
  if (node.type !== 'AssignmentExpression' || node.operator !== '=') return;
  const target = dotted(node.left);
  const name = /^(?:module\.)?exports\.([^.]+)$/.exec(target)?.[1];
  if (name) into.exports.set(name, bindingOf(node.right, line));
  if (target !== 'module.exports' || node.right.type !== 'ObjectExpression') return;
  for (const property of node.right.properties as SwcNode[]) {
    if (property.type === 'Identifier') into.exports.set(property.value, { local: property.value, line });
    else if (property.type === 'KeyValueProperty') {
      into.exports.set(String(property.key.value), bindingOf(property.value, line));
    } else if (property.type === 'MethodProperty') {
      into.exports.set(String(property.key.value), { kind: 'function', line });
    }
  }
}

function dotted(node: SwcNode): string {
  if (node.type === 'Identifier') return node.value;
  if (node.type === 'MemberExpression' && node.property.type === 'Identifier') {
    return `${dotted(node.object)}.${node.property.value}`;
  }
  return '';
}

function declared(node: SwcNode, source: ParsedSource): Array<[string, Binding]> {
  const line = source.lineOf(node);
  switch (node.type) {
    case 'FunctionDeclaration':
      return [[node.identifier.value, { kind: functionKind(node), line }]];
    case 'ClassDeclaration':
      return [[node.identifier.value, { kind: 'class', line, classLike: looksLikeWorkflow(node) }]];
    case 'TsEnumDeclaration':
      return [[node.id.value, { kind: node.declare ? 'ignored' : 'value', line }]];
    case 'VariableDeclaration':
      if (node.declare) return [];
      return (node.declarations as SwcNode[]).flatMap((item): Array<[string, Binding]> => {
        // Destructured activity proxies are helpers of the file, not workflows.
        if (item.id.type !== 'Identifier') return [];
        return [
          [item.id.value, item.init ? bindingOf(item.init, source.lineOf(item)) : { kind: 'value', line }],
        ];
      });
    default:
      return [];
  }
}

function bindingOf(expression: SwcNode, line: number): Binding {
  const node = unwrap(expression);
  if (node.type === 'Identifier') return { local: node.value, line };
  const binding: Binding = { kind: classify(node), line };
  if (node.type === 'ClassExpression') binding.classLike = looksLikeWorkflow(node);
  return binding;
}

/** Type annotations and parentheses around an expression say nothing about what it is. */
function unwrap(node: SwcNode): SwcNode {
  return /^(?:Parenthesis|TsAs|TsSatisfies|TsConstAssertion|TsConst|TsTypeAssertion|TsNonNull)(?:Expression)?$/.test(
    node.type,
  )
    ? unwrap(node.expression)
    : node;
}

function classify(node: SwcNode): Kind {
  switch (node.type) {
    case 'ArrowFunctionExpression':
      return 'function';
    case 'FunctionExpression':
      return functionKind(node);
    case 'ClassExpression':
      return 'class';
    case 'CallExpression':
      return /(?:^|\.)(?:define(?:Signal|Query|Update)|proxy(?:Local)?Activities)$/.test(dotted(node.callee))
        ? 'ignored'
        : 'unknown';
    case 'TsInterfaceDeclaration':
      return 'ignored';
    default:
      return 'value';
  }
}

/** Overload signatures have no body; Temporal can't run a generator. */
function functionKind(node: SwcNode): Kind {
  return node.declare || !node.body ? 'ignored' : node.generator ? 'value' : 'function';
}

/** A class written as the other SDKs and mcp-agent write workflows; error classes and the like are left alone. */
function looksLikeWorkflow(node: SwcNode): boolean {
  if (/Workflow$/.test(node.superClass ? dotted(node.superClass) : '')) return true;
  return (node.body as SwcNode[]).some(
    (item) =>
      item.type === 'ClassMethod' && !item.isStatic && /^(?:run|execute)$/.test(item.key?.value ?? ''),
  );
}
