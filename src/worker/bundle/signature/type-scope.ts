import type { SwcNode } from '../packages.js';
import { resolveSource } from '../source/discover.js';
import { type ParsedSource, parseSource } from '../source/parse-source.js';

/** A declaration of a type, and the file whose names it uses. */
export interface FoundType {
  node: SwcNode;
  source: ParsedSource;
}

/** Finds declarations of types by name, over relative imports; each file is parsed once. */
export class TypeScopes {
  readonly #sources = new Map<string, ParsedSource>();

  sourceOf(file: string): ParsedSource {
    let source = this.#sources.get(file);
    if (!source) {
      source = parseSource(file);
      this.#sources.set(file, source);
    }
    return source;
  }

  /** What a name means in a file; undefined for what packages and TypeScript itself declare. */
  find(name: string, source: ParsedSource, seen = new Set<string>()): FoundType | undefined {
    const key = `${source.file}\0${name}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    for (const statement of source.body) {
      const node = statement.type === 'ExportDeclaration' ? (statement.declaration as SwcNode) : statement;
      if (isTypeNamed(node, name)) return { node, source };
      const elsewhere = importedAs(statement, name);
      if (elsewhere === undefined) continue;
      const target = elsewhere.from === undefined ? source : this.#imported(elsewhere.from, source);
      const found = target && this.find(elsewhere.name, target, seen);
      if (found) return found;
    }
    return undefined;
  }

  #imported(specifier: string, from: ParsedSource): ParsedSource | undefined {
    const file = resolveSource(from.file, specifier);
    return file === undefined ? undefined : this.sourceOf(file);
  }
}

function isTypeNamed(node: SwcNode, name: string): boolean {
  if (!/^Ts(Interface|TypeAlias|Enum)Declaration$/.test(node.type)) return false;
  return node.id.value === name;
}

/** Where a statement says that a name comes from; without `from`, another name of the same file. */
function importedAs(node: SwcNode, name: string): { from?: string; name: string } | undefined {
  if (node.type === 'ExportAllDeclaration') return { from: node.source.value, name };
  if (node.type === 'ImportDeclaration') {
    for (const item of node.specifiers as SwcNode[])
      if (item.type === 'ImportSpecifier' && item.local.value === name)
        return { from: node.source.value, name: item.imported?.value ?? name };
  }
  if (node.type === 'ExportNamedDeclaration') {
    for (const item of node.specifiers as SwcNode[]) {
      if (item.type !== 'ExportSpecifier') continue;
      const original = item.orig.value as string;
      if ((item.exported?.value ?? original) !== name) continue;
      if (node.source) return { from: node.source.value, name: original };
      if (original !== name) return { name: original };
    }
  }
  return undefined;
}
