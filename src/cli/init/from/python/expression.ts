/** A Python expression, as far as stubs need it. */
export type Expression =
  | { kind: 'name'; name: string }
  | { kind: 'text'; parts: Array<string | Expression> }
  | { kind: 'number'; text: string }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'dict'; entries: Array<[key: Expression, value: Expression]> }
  | { kind: 'attribute'; of: Expression; name: string }
  | { kind: 'index'; of: Expression; index: Expression }
  | { kind: 'call'; callee: Expression; args: Expression[]; named: Record<string, Expression> }
  | { kind: 'await' | 'not' | 'minus' | 'star'; of: Expression }
  | { kind: 'binary'; sign: string; left: Expression; right: Expression }
  | { kind: 'each'; item: Expression; variable: string; of: Expression; condition?: Expression }
  | { kind: 'lambda'; params: string[]; body: Expression }
  | { kind: 'choice'; test: Expression; yes: Expression; no: Expression };

/** `a.b.c` of attributes alone; undefined for anything else. */
export function dotted(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'attribute') return undefined;
  const of = dotted(expression.of);
  return of === undefined ? undefined : `${of}.${expression.name}`;
}
