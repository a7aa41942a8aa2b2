import { dotted, type Expression } from '../python/expression.js';
import type { Statement } from '../python/statements.js';
import { newAgent } from './calls/agents.js';
import { newPattern } from './calls/patterns.js';
import { camelCase, type Meaning, type Scope } from './scope.js';
import { toTypeScript } from './to-typescript.js';

/** Name, names or attribute on the left; sign; value. */
export const TARGET =
  /^\(?([A-Za-z_][\w.]*(?:\s*,\s*[A-Za-z_]\w*)*)\)?\s*(?::\s*[^=]+?)?\s*(=|\+=|-=)\s*(?!=)([\s\S]+)$/;

/** Which names have a value in more than one place, or inside a block: Python's scope is the function. */
export function sharedNames(statements: Statement[]): Set<string> {
  const count = new Map<string, number>();
  const visit = (list: Statement[], deep: boolean): void => {
    for (const { text, body } of list) {
      const [, targets, sign] = TARGET.exec(text) ?? [];
      for (const name of (targets ?? '').split(',').map((each) => each.trim()))
        if (/^\w+$/.test(name)) count.set(name, (count.get(name) ?? 0) + (deep || sign !== '=' ? 2 : 1));
      if (/^(async )?def\b|^class\b/.test(text)) continue;
      visit(body, deep || !/^async with\b|^with\b/.test(text));
    }
  };
  visit(statements, false);
  return new Set([...count].flatMap(([name, places]) => (places > 1 ? [name] : [])));
}

/** `const x = …`, or `x = …` for a name that is declared at the top. */
export function assign(
  names: string[],
  value: Expression | string,
  kind: 'value' | 'any',
  scope: Scope,
  sign = '=',
): string[] {
  const targets = names.map(camelCase);
  const shared = names.some((name) => scope.shared.has(name));
  const set = (meaning: Meaning) => {
    for (const name of names) scope.names.set(name, meaning);
  };
  const [name] = targets;
  if (typeof value !== 'string' && names.length === 1) {
    const special = specialValue(value, scope);
    if (special?.kind === 'app' || special?.kind === 'pattern') {
      set(special);
      return [];
    }
    if (special?.kind === 'agent') {
      set({ ...special, ts: special.fresh ? name! : special.ts });
      if (!special.fresh) return [];
      return [shared ? `${name} = ${special.ts};` : `await using ${name} = ${special.ts};`];
    }
  }
  const code = typeof value === 'string' ? value : toTypeScript(value, scope);
  names.forEach((python, i) => {
    scope.names.set(python, { kind: shared ? 'any' : kind, ts: targets[i]! });
  });
  const left = names.length === 1 ? name! : `[${targets.join(', ')}]`;
  // A statement that starts with a bracket goes on with the line before it.
  if (shared) return [`${left.startsWith('[') ? ';' : ''}${left} ${sign} ${code};`];
  const type = kind === 'any' ? ': any' : typeof value === 'string' ? '' : looseType(value);
  return [`const ${left}${type} = ${code};`];
}

/** What starts empty, or is a map, is filled later. */
function looseType(value: Expression): string {
  if (value.kind === 'list' && value.items.length === 0) return ': any[]';
  return value.kind === 'dict' ? ': Record<string, any>' : '';
}

type Special = (Meaning & { kind: 'app' | 'pattern' }) | (Meaning & { kind: 'agent' } & { fresh: boolean });

/** Agents, the LLMs attached to them, patterns, and the app's objects. */
function specialValue(value: Expression, scope: Scope): Special | undefined {
  if (isApp(value, scope)) return { kind: 'app' };
  const call = value.kind === 'await' ? value.of : value;
  if (call.kind !== 'call') return undefined;
  if (dotted(call.callee) === 'Agent') return { ...newAgent(call, scope), fresh: true };
  if (call.callee.kind === 'attribute' && call.callee.name === 'attach_llm') {
    const owner = scope.names.get(dotted(call.callee.of) ?? '');
    if (owner?.kind === 'agent') return { ...owner, fresh: false };
  }
  return newPattern(call, scope);
}

/** The app, its context, its logger: objects that have no counterpart here. */
export function isApp(value: Expression, scope: Scope): boolean {
  if (value.kind === 'binary' && value.sign === 'or')
    return isApp(value.left, scope) && isApp(value.right, scope);
  if (value.kind === 'call') return /^(logging\.getLogger|get_logger)$/.test(dotted(value.callee) ?? '');
  const path = dotted(value) ?? '';
  if (path === 'self.context') return true;
  return scope.names.get(path.split('.')[0] ?? '')?.kind === 'app';
}
