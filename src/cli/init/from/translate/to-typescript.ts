import { dotted, type Expression } from '../python/expression.js';
import { Untranslatable } from '../python/untranslatable.js';
import { callOf } from './calls/calls.js';
import { camelCase, inTemplate, quote, type Scope } from './scope.js';

const CONSTANTS: Record<string, string> = { True: 'true', False: 'false', None: 'undefined' };
const SIGNS: Record<string, string> = {
  '==': '===',
  '!=': '!==',
  is: '===',
  'is not': '!==',
  and: '&&',
  or: '||',
};

/** One expression as TypeScript; throws `Untranslatable` where that would be a guess. */
export function toTypeScript(expression: Expression, scope: Scope): string {
  const to = (each: Expression) => toTypeScript(each, scope);
  switch (expression.kind) {
    case 'number':
      return expression.text;
    case 'text':
      return textOf(expression.parts, scope);
    case 'name':
      return CONSTANTS[expression.name] ?? nameOf(expression.name, scope);
    case 'list':
      return `[${expression.items.map(to).join(', ')}]`;
    case 'dict':
      if (expression.entries.length === 0) return '{}';
      return `{ ${expression.entries.map(([key, value]) => `[${to(key)}]: ${to(value)}`).join(', ')} }`.replace(
        /\[('[A-Za-z_]\w*')\]:/g,
        (_, key: string) => `${key.slice(1, -1)}:`,
      );
    case 'await':
      return to(expression.of).replace(/^(?!\(await )/, 'await ');
    case 'not':
      return `!(${to(expression.of)})`;
    case 'minus':
      return `-${to(expression.of)}`;
    case 'star':
      return `...${to(expression.of)}`;
    case 'binary':
      return binary(expression, scope);
    case 'choice':
      return `${to(expression.test)} ? ${to(expression.yes)} : ${to(expression.no)}`;
    case 'lambda':
      return within(scope, expression.params, (params) => `(${params}) => ${to(expression.body)}`);
    case 'each':
      return each(expression, scope);
    case 'index':
      return `${to(expression.of)}[${to(expression.index)}]`;
    case 'attribute':
      return attribute(expression, scope);
    case 'call':
      return callOf(expression, scope);
  }
}

function nameOf(name: string, scope: Scope): string {
  const meaning = scope.lookup(name);
  if (meaning.kind === 'app') throw new Untranslatable('mcpa has no app and no context object');
  if (meaning.kind === 'pattern')
    throw new Untranslatable(`\`${name}\` is a pattern, which is a function here`);
  return meaning.ts;
}

function textOf(parts: Array<string | Expression>, scope: Scope): string {
  if (parts.every((part) => typeof part === 'string')) return quote(parts.join(''));
  const inner = parts.map((part) =>
    typeof part === 'string' ? inTemplate(part) : `\${${toTypeScript(part, scope)}}`,
  );
  return `\`${inner.join('')}\``;
}

function binary({ sign, ...sides }: Expression & { kind: 'binary' }, scope: Scope): string {
  const left = toTypeScript(sides.left, scope);
  const right = toTypeScript(sides.right, scope);
  if (sides.left.kind === 'text' && sign === '*') return `${left}.repeat(${right})`;
  if (sides.left.kind === 'text' && sign === '%') throw new Untranslatable('text with % placeholders');
  if (sign === 'in') return `${right}.includes(${left})`;
  const known = SIGNS[sign] ?? sign;
  return known === '&&' || known === '||' ? `(${left} ${known} ${right})` : `${left} ${known} ${right}`;
}

/** Runs with names of a lambda, a comprehension or a nested function; they are gone afterwards. */
export function within<T>(scope: Scope, names: string[], work: (params: string) => T): T {
  const before = names.map((name) => [name, scope.names.get(name)] as const);
  for (const name of names) scope.names.set(name, { kind: 'any', ts: camelCase(name) });
  try {
    return work(names.map((name) => `${camelCase(name)}: any`).join(', '));
  } finally {
    for (const [name, meaning] of before) {
      if (meaning === undefined) scope.names.delete(name);
      else scope.names.set(name, meaning);
    }
  }
}

function each(expression: Expression & { kind: 'each' }, scope: Scope): string {
  const list = toTypeScript(expression.of, scope);
  return within(scope, [expression.variable], (param) => {
    const { condition, item } = expression;
    const kept =
      condition === undefined ? list : `${list}.filter((${param}) => ${toTypeScript(condition, scope)})`;
    const made = toTypeScript(item, scope);
    const async = made.includes('await ') ? 'async ' : '';
    return `${kept}.map(${async}(${param}) => ${made.startsWith('{') ? `(${made})` : made})`;
  });
}

function attribute(expression: Expression & { kind: 'attribute' }, scope: Scope): string {
  const path = dotted(expression) ?? '';
  if (path === 'self.id') return `${scope.use('workflowInfo', '@temporalio/workflow')}().workflowId`;
  if (path === 'self.run_id') return `${scope.use('workflowInfo', '@temporalio/workflow')}().runId`;
  if (path.startsWith('QualityRating.')) return quote(expression.name);
  const root = path.split('.')[0] ?? '';
  const meaning = scope.names.get(root);
  if (meaning?.kind === 'any') return `${toTypeScript(expression.of, scope)}.${expression.name}`;
  if (meaning?.kind === 'app') throw new Untranslatable('mcpa has no app and no context object');
  if (meaning?.kind === 'agent' && expression.name === 'name') return `${meaning.ts}.name`;
  throw new Untranslatable(`\`.${expression.name}\` of a Python object`);
}
