import { stringAt } from './statements.js';
import { Untranslatable } from './untranslatable.js';

export interface Token {
  kind: 'name' | 'number' | 'string' | 'sign' | 'end';
  text: string;
}

const SIGN = /^(\*\*|\/\/|==|!=|<=|>=|:=|->|[()[\]{},.:+\-*/%<>=|&@])/;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const rest = text.slice(at);
    const length = stringAt(text, at);
    const [name] = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(rest) ?? [];
    const [number] = /^(\d[\d_]*\.?\d*([eE][+-]?\d+)?|\.\d+)/.exec(rest) ?? [];
    const [sign] = SIGN.exec(rest) ?? [];
    const found: Token | undefined =
      length > 0
        ? { kind: 'string', text: text.slice(at, at + length) }
        : name !== undefined
          ? { kind: 'name', text: name }
          : number !== undefined
            ? { kind: 'number', text: number }
            : sign !== undefined
              ? { kind: 'sign', text: sign }
              : undefined;
    if (found === undefined) throw new Untranslatable(`\`${text[at]}\` is not understood`);
    tokens.push(found);
    at += found.text.length;
  }
  return [...tokens, { kind: 'end', text: '' }];
}
