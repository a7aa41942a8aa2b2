/** One Python statement: its first line joined, and the block under it. */
export interface Statement {
  /** From 1. */
  line: number;
  endLine: number;
  indent: number;
  /** The logical line, without comments at its end and with brackets and backslashes joined. */
  text: string;
  body: Statement[];
}

/** Splits Python source into statements by its indentation; no more of the language than that is understood. */
export function readStatements(source: string): Statement[] {
  const root: Statement[] = [];
  const open: Statement[] = [];
  for (const statement of logicalLines(source)) {
    while (open.length > 0 && open.at(-1)!.indent >= statement.indent) open.pop();
    for (const parent of open) parent.endLine = statement.endLine;
    (open.at(-1)?.body ?? root).push(statement);
    open.push(statement);
  }
  return root;
}

function logicalLines(source: string): Statement[] {
  const text = source.replace(/\r\n?/g, '\n').replace(/\t/g, '    ');
  const found: Statement[] = [];
  let current = '';
  let start = 0;
  let line = 1;
  let depth = 0;
  const finish = () => {
    if (current.trim() !== '') {
      const indent = /^ */.exec(current)![0].length;
      for (const part of splitInline(current.trim()))
        found.push({ line: start, endLine: line, indent: indent + part.deeper, text: part.text, body: [] });
    }
    current = '';
  };
  for (let i = 0; i < text.length; ) {
    const char = text[i]!;
    if (current === '') start = line;
    const quoted = stringAt(text, i);
    if (quoted > 0) {
      const piece = text.slice(i, i + quoted);
      current += piece;
      line += piece.split('\n').length - 1;
      i += quoted;
      continue;
    }
    if (char === '#') {
      while (i < text.length && text[i] !== '\n') i++;
      continue;
    }
    if (char === '\\' && text[i + 1] === '\n') {
      current += ' ';
      line++;
      i += 2;
      continue;
    }
    if ('([{'.includes(char)) depth++;
    if (')]}'.includes(char)) depth = Math.max(0, depth - 1);
    if (char === '\n') {
      if (depth === 0) finish();
      else {
        if (!/[\s([{]$/.test(current)) current += ' ';
        while (text[i + 1] === ' ') i++;
      }
      line++;
    } else current += char;
    i++;
  }
  finish();
  return found;
}

/** `if x: return y` on one line is a header and a statement under it. */
function splitInline(text: string): Array<{ text: string; deeper: number }> {
  if (
    !/^(if|elif|else|for|while|try|except|finally|with|async (with|for))\b/.test(text) ||
    text.endsWith(':')
  )
    return [{ text, deeper: 0 }];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const quoted = stringAt(text, i);
    if (quoted > 0) i += quoted - 1;
    else if ('([{'.includes(text[i]!)) depth++;
    else if (')]}'.includes(text[i]!)) depth--;
    else if (text[i] === ':' && depth === 0 && !/\blambda\b[^:]*$/.test(text.slice(0, i)))
      return [
        { text: text.slice(0, i + 1), deeper: 0 },
        { text: text.slice(i + 1).trim(), deeper: 1 },
      ];
  }
  return [{ text, deeper: 0 }];
}

/** The length of the string literal that starts here, with its prefix; 0 when none does. */
export function stringAt(text: string, at: number): number {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]{0,2})("""|'''|"|')/.exec(text.slice(at, at + 5)) ?? [];
  if (quote === '' || !/^(|[rbuf]|rb|br|rf|fr)$/i.test(prefix)) return 0;
  if (prefix !== '' && at > 0 && /\w/.test(text[at - 1]!)) return 0;
  let i = at + prefix.length + quote.length;
  while (i < text.length && !text.startsWith(quote, i)) {
    if (quote.length === 1 && text[i] === '\n') break;
    i += text[i] === '\\' ? 2 : 1;
  }
  return Math.min(text.length, i + quote.length) - at;
}
