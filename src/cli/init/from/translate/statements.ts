import { dotted, type Expression } from '../python/expression.js';
import { parseExpression } from '../python/parse.js';
import type { Statement } from '../python/statements.js';
import { Untranslatable } from '../python/untranslatable.js';
import { assign, TARGET } from './assignments.js';
import { blockOf } from './blocks.js';
import { quote, type Scope } from './scope.js';
import { toTypeScript } from './to-typescript.js';

/** A block of statements; each item is one piece of code, which may have line ends in its texts. */
export function translateStatements(statements: Statement[], scope: Scope, indent: string): string[] {
  const out: string[] = [];
  for (let i = 0; i < statements.length; i++) {
    const statement = statements[i]!;
    try {
      const block = blockOf(statements, i, scope, indent);
      if (block !== undefined) {
        out.push(...block.lines);
        i += block.taken - 1;
      } else out.push(...simple(statement, scope).map((line) => indent + line));
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      out.push(...left(statement, scope, error.message).map((line) => indent + line));
    }
  }
  return out;
}

/** The Python stays as a comment, and a call that throws stands where it would run. */
function left(statement: Statement, scope: Scope, reason: string): string[] {
  const { line, text } = statement;
  const comment = text.split('\n').map((each) => `// ${each.trimEnd()}`);
  const call = scope.untranslated(line, text, reason);
  if (/^return\b/.test(text)) return [...comment, `return ${call};`];
  const [, targets = ''] = TARGET.exec(text) ?? [];
  const names = targets.split(',').map((name) => name.trim());
  if (targets === '' || names.some((name) => !/^\w+$/.test(name))) return [...comment, `${call};`];
  for (const name of names) scope.missing.add(name);
  return [...comment, ...assign(names, call, 'any', scope)];
}

function simple(statement: Statement, scope: Scope): string[] {
  const { text } = statement;
  if (/^(pass|import\b|from\b|global\b|nonlocal\b)/.test(text)) return [];
  if (/^[rRuU]?("""|'''|"|')/.test(text) && parseExpression(text).kind === 'text') return [];
  if (text === 'break' || text === 'continue') return [`${text};`];
  if (text === 'return') return ['return undefined as any;'];
  if (text.startsWith('return ')) return [`return ${toTypeScript(parseExpression(text.slice(7)), scope)};`];
  if (/^raise\b/.test(text)) return [raise(text, scope)];
  const [, targets, sign, value] = TARGET.exec(text) ?? [];
  if (targets !== undefined) return assignment(targets, sign!, parseExpression(value!), scope);
  const [, owner, index, item] = /^([A-Za-z_]\w*)\[([^\]]+)\]\s*=\s*(?!=)([\s\S]+)$/.exec(text) ?? [];
  if (owner !== undefined) {
    const [list, key, set] = [owner, index!, item!].map((each) => toTypeScript(parseExpression(each), scope));
    return [`${list}[${key}] = ${set};`];
  }
  if (/^(class|def|async def|del|assert|match|yield|async for)\b/.test(text))
    throw new Untranslatable(`\`${text.split(/\s/)[0]}\` is not translated`);
  return expressionStatement(parseExpression(text), text, scope);
}

const LEVELS: Record<string, string> = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  warn: 'warn',
  error: 'error',
  exception: 'error',
};

function expressionStatement(expression: Expression, text: string, scope: Scope): string[] {
  const call = expression.kind === 'await' ? expression.of : expression;
  const path = call.kind === 'call' ? (dotted(call.callee) ?? '') : '';
  const last = path.split('.').at(-1)!;
  const level =
    path === 'print' ? 'info' : /(^|\.)(_?log|_?logger)\.\w+$/.test(path) ? LEVELS[last] : undefined;
  if (call.kind === 'call' && level !== undefined) {
    try {
      const message = call.args[0] === undefined ? quote('') : toTypeScript(call.args[0], scope);
      return [`${scope.use('log', '@temporalio/workflow')}.${level}(String(${message}));`];
    } catch (error) {
      if (error instanceof Untranslatable) return comment(text);
      throw error;
    }
  }
  // The client's side shows progress and turns by itself; an agent has no start and no end of its own.
  if (last === 'report_progress' || /\.(initialize|shutdown|close)$/.test(path)) return comment(text);
  // mcp-agent's examples give the filesystem server the working folder at run time; the config says it here.
  if (/config\.mcp\.servers\[.+\]\.args\.(extend|append)\(/.test(text)) return comment(text);
  return [`${toTypeScript(expression, scope)};`];
}

const comment = (text: string): string[] => text.split('\n').map((line) => `// ${line.trimEnd()}`);

function raise(text: string, scope: Scope): string {
  const thrown = text
    .slice('raise'.length)
    .replace(/\sfrom\s+\w+\s*$/, '')
    .trim();
  if (thrown === '') return 'throw error;';
  const expression = parseExpression(thrown);
  const type = expression.kind === 'call' ? dotted(expression.callee) : dotted(expression);
  if (type === undefined || (expression.kind !== 'call' && scope.names.has(type)))
    return `throw ${toTypeScript(expression, scope)};`;
  const [first] = expression.kind === 'call' ? expression.args : [];
  const message = first === undefined ? quote(type) : toTypeScript(first, scope);
  if (type.endsWith('ApplicationError') && expression.kind === 'call') {
    const name = expression.named.type;
    const more = name === undefined ? '' : `, ${toTypeScript(name, scope)}`;
    return `throw ${scope.use('ApplicationFailure', '@temporalio/workflow')}.nonRetryable(${message}${more});`;
  }
  return `throw new Error(${message});`;
}

function assignment(targets: string, sign: string, value: Expression, scope: Scope): string[] {
  if (targets.startsWith('self.')) return [`${targets} ${sign} ${toTypeScript(value, scope)};`];
  const names = targets.split(',').map((name) => name.trim());
  if (names.some((name) => !/^\w+$/.test(name)))
    throw new Untranslatable(`\`${targets}\` is not assigned here`);
  return assign(names, value, 'value', scope, sign);
}
