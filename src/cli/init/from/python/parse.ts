import type { Expression } from './expression.js';
import { readString } from './string-literal.js';
import { type Token, tokenize } from './tokens.js';
import { Untranslatable } from './untranslatable.js';

/** Reads an expression; throws `Untranslatable` at what stubs don't need. Nothing is evaluated. */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokenize(text));
  const expression = parser.tuple();
  parser.end();
  return expression;
}

const LEVELS: string[][] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '>', '<=', '>=', 'in', 'is'],
  ['+', '-'],
  ['*', '/', '%'],
];

class Parser {
  private at = 0;
  constructor(private readonly tokens: Token[]) {}

  end(): void {
    if (this.peek.kind !== 'end') throw new Untranslatable(`\`${this.peek.text}\` is not understood here`);
  }

  /** `a, b` without brackets is a tuple. */
  tuple(): Expression {
    const first = this.expression();
    if (!this.is(',')) return first;
    const items = [first];
    while (this.take(',')) if (this.peek.kind !== 'end') items.push(this.expression());
    return { kind: 'list', items };
  }

  expression(): Expression {
    if (this.take('lambda')) return this.lambda();
    if (this.take('*')) return { kind: 'star', of: this.expression() };
    const yes = this.binary(0);
    if (!this.take('if')) return yes;
    const test = this.binary(0);
    this.need('else');
    return { kind: 'choice', test, yes, no: this.expression() };
  }

  private lambda(): Expression {
    const params: string[] = [];
    while (!this.take(':')) {
      params.push(this.name());
      this.take(',');
    }
    return { kind: 'lambda', params, body: this.expression() };
  }

  private binary(level: number): Expression {
    const signs = LEVELS[level];
    if (signs === undefined) return this.unary();
    if (level === 2 && this.take('not')) return { kind: 'not', of: this.binary(2) };
    let left = this.binary(level + 1);
    for (;;) {
      let sign = this.peek.text;
      if (sign === 'not' && this.next.text === 'in') sign = 'in';
      if (!signs.includes(sign) || this.peek.kind === 'string' || this.peek.kind === 'end') return left;
      const negated = this.take('not');
      this.at++;
      const isNot = sign === 'is' && this.take('not');
      const right: Expression = this.binary(level + 1);
      const whole: Expression = { kind: 'binary', sign: isNot ? 'is not' : sign, left, right };
      left = negated ? { kind: 'not', of: whole } : whole;
    }
  }

  private unary(): Expression {
    if (this.take('await')) return { kind: 'await', of: this.unary() };
    if (this.take('not')) return { kind: 'not', of: this.unary() };
    if (this.take('-')) return { kind: 'minus', of: this.unary() };
    let found = this.atom();
    for (;;) {
      if (this.take('.')) found = { kind: 'attribute', of: found, name: this.name() };
      else if (this.take('(')) found = this.call(found);
      else if (this.take('[')) {
        found = { kind: 'index', of: found, index: this.expression() };
        this.need(']');
      } else return found;
    }
  }

  private call(callee: Expression): Expression {
    const args: Expression[] = [];
    const named: Record<string, Expression> = {};
    while (!this.take(')')) {
      if (this.is('**')) throw new Untranslatable('`**` in a call');
      if (this.peek.kind === 'name' && this.next.text === '=') {
        const name = this.name();
        this.need('=');
        named[name] = this.expression();
      } else args.push(this.comprehension(this.expression()));
      if (!this.is(')')) this.need(',');
    }
    return { kind: 'call', callee, args, named };
  }

  private atom(): Expression {
    const token = this.peek;
    this.at++;
    if (token.kind === 'number') return { kind: 'number', text: token.text.replaceAll('_', '') };
    if (token.kind === 'name') return { kind: 'name', name: token.text };
    if (token.kind === 'string') {
      const parts = readString(token.text, parseExpression);
      while (this.peek.kind === 'string')
        parts.push(...readString(this.tokens[this.at++]!.text, parseExpression));
      return { kind: 'text', parts };
    }
    if (token.text === '(') return this.bracketed(')');
    if (token.text === '[') return this.bracketed(']');
    if (token.text === '{') return this.dict();
    throw new Untranslatable(`\`${token.text}\` is not understood here`);
  }

  private bracketed(end: ')' | ']'): Expression {
    const items: Expression[] = [];
    let comma = false;
    while (!this.take(end)) {
      items.push(this.comprehension(this.expression()));
      if (this.is(end)) continue;
      this.need(',');
      comma = true;
    }
    const [only] = items;
    if (items.length === 1 && only!.kind === 'each') return only!;
    return end === ')' && items.length === 1 && !comma ? only! : { kind: 'list', items };
  }

  private comprehension(item: Expression): Expression {
    if (!this.take('for')) return item;
    const variable = this.name();
    this.need('in');
    const of = this.binary(0);
    const condition = this.take('if') ? this.binary(0) : undefined;
    return { kind: 'each', item, variable, of, ...(condition === undefined ? {} : { condition }) };
  }

  private dict(): Expression {
    const entries: Array<[Expression, Expression]> = [];
    while (!this.take('}')) {
      const key = this.expression();
      this.need(':');
      entries.push([key, this.expression()]);
      if (this.is('for')) throw new Untranslatable('a dict comprehension');
      if (!this.is('}')) this.need(',');
    }
    return { kind: 'dict', entries };
  }

  private get peek(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '' };
  }
  private get next(): Token {
    return this.tokens[this.at + 1] ?? { kind: 'end', text: '' };
  }
  private is(text: string): boolean {
    return this.peek.text === text && this.peek.kind !== 'string';
  }
  private take(text: string): boolean {
    const found = this.is(text);
    if (found) this.at++;
    return found;
  }
  private need(text: string): void {
    if (!this.take(text))
      throw new Untranslatable(`\`${this.peek.text || 'the end'}\` where \`${text}\` was expected`);
  }
  private name(): string {
    if (this.peek.kind !== 'name')
      throw new Untranslatable(`\`${this.peek.text}\` where a name was expected`);
    return this.tokens[this.at++]!.text;
  }
}
