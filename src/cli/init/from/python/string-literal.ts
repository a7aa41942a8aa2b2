import type { Expression } from './expression.js';
import { Untranslatable } from './untranslatable.js';

const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '0': '\0',
  '\n': '',
};

/** The parts of a string literal: text, and for an f-string the expressions between braces. */
export function readString(literal: string, parse: (text: string) => Expression): Array<string | Expression> {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]*)("""|'''|"|')/.exec(literal) ?? [];
  const inner = literal.slice(prefix.length + quote.length, -quote.length);
  if (/b/i.test(prefix)) throw new Untranslatable('bytes');
  const raw = /r/i.test(prefix);
  if (!/f/i.test(prefix)) return [raw ? inner : plainText(inner)];
  const parts: Array<string | Expression> = [];
  let text = '';
  for (let i = 0; i < inner.length; i++) {
    const char = inner[i]!;
    if ((char === '{' || char === '}') && inner[i + 1] === char) {
      text += char;
      i++;
    } else if (char === '{') {
      const end = endOfBraces(inner, i);
      const code = inner.slice(i + 1, end);
      if (/[!:][^=\])}]*$/.test(code) && !/^[^:!]*\[[^\]]*:[^\]]*\]$/.test(code))
        throw new Untranslatable('an f-string with a format');
      parts.push(raw ? text : plainText(text), parse(code));
      text = '';
      i = end;
    } else if (char === '\\') text += char + (inner[++i] ?? '');
    else text += char;
  }
  return [...parts, raw ? text : plainText(text)].filter((part) => part !== '');
}

function endOfBraces(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '{') depth++;
    if (text[i] === '}' && --depth === 0) return i;
  }
  throw new Untranslatable('an f-string without an end');
}

function plainText(text: string): string {
  return text.replace(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|[\s\S])/g, (whole, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return ESCAPES[code] ?? whole;
  });
}
