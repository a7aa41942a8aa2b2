import { readFunction } from '../python/declarations.js';
import { parseExpression } from '../python/parse.js';
import type { Statement } from '../python/statements.js';
import { Untranslatable } from '../python/untranslatable.js';
import { assign, isApp } from './assignments.js';
import { functionBody } from './functions.js';
import { camelCase, type Scope } from './scope.js';
import { translateStatements } from './statements.js';
import { toTypeScript } from './to-typescript.js';
import { typeOf } from './types.js';

interface Block {
  lines: string[];
  /** Statements that belong to it: an `if` with its `elif` and `else`. */
  taken: number;
}

/** A statement with a block under it; undefined for a simple one. */
export function blockOf(
  statements: Statement[],
  at: number,
  scope: Scope,
  indent: string,
): Block | undefined {
  const statement = statements[at]!;
  const { text, body } = statement;
  const inner = () => translateStatements(body, scope, `${indent}  `);
  const test = (python: string) => condition(python, statement, scope);
  const [, subject] = /^(?:async\s+)?with\s+([\s\S]+):$/.exec(text) ?? [];
  if (subject !== undefined)
    return {
      lines: [...withLines(subject, statement, scope, indent), ...translateStatements(body, scope, indent)],
      taken: 1,
    };
  const [, kind, python] = /^(if|while)\s+([\s\S]+):$/.exec(text) ?? [];
  if (kind === 'while')
    return { lines: [`${indent}while (${test(python!)}) {`, ...inner(), `${indent}}`], taken: 1 };
  if (kind === 'if') {
    const lines = [`${indent}if (${test(python!)}) {`, ...inner()];
    let taken = 1;
    for (; /^(elif|else)\b/.test(statements[at + taken]?.text ?? ''); taken++) {
      const next = statements[at + taken]!;
      const [, other] = /^elif\s+([\s\S]+):$/.exec(next.text) ?? [];
      lines.push(other === undefined ? `${indent}} else {` : `${indent}} else if (${test(other)}) {`);
      lines.push(...translateStatements(next.body, scope, `${indent}  `));
    }
    return { lines: [...lines, `${indent}}`], taken };
  }
  const [, variable, list] = /^for\s+([\w\s,]+?)\s+in\s+([\s\S]+):$/.exec(text) ?? [];
  if (variable !== undefined) return { lines: loop(variable, list!, statement, scope, indent), taken: 1 };
  if (text === 'try:') return tryBlock(statements, at, scope, indent);
  const nested = /^(async\s+)?def\b/.test(text) ? readFunction([], statement) : undefined;
  if (nested === undefined) return undefined;
  const name = camelCase(nested.name);
  scope.names.set(nested.name, { kind: 'function', ts: name });
  const params = nested.params.map((param) => `${camelCase(param.name)}: ${typeOf(param.type)}`).join(', ');
  const async = text.startsWith('async');
  const head = async ? `async (${params}): Promise<any> => {` : `(${params}): any => {`;
  const lines = functionBody(nested, scope, `${indent}  `);
  return { lines: [`${indent}const ${name} = ${head}`, ...lines, `${indent}};`], taken: 1 };
}

function condition(python: string, statement: Statement, scope: Scope): string {
  try {
    return toTypeScript(parseExpression(python), scope);
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    return scope.untranslated(statement.line, python, error.message);
  }
}

/** `async with agent:` has no counterpart: an agent is there when it is declared, and ends with its block. */
function withLines(subject: string, statement: Statement, scope: Scope, indent: string): string[] {
  return subject.split(/,\s*(?![^(]*\))/).flatMap((part) => {
    const [, python = '', name] = /^([\s\S]+?)(?:\s+as\s+(\w+))?$/.exec(part.trim()) ?? [];
    try {
      const expression = parseExpression(python);
      const callee = expression.kind === 'call' ? expression.callee : undefined;
      if (callee?.kind === 'attribute' && callee.name === 'run' && isApp(callee.of, scope)) {
        if (name !== undefined) scope.names.set(name, { kind: 'app' });
        return [];
      }
      if (expression.kind === 'name' && scope.names.get(expression.name)?.kind === 'agent') return [];
      if (name === undefined) throw new Untranslatable('a context manager');
      return assign([name], expression, 'any', scope).map((line) => indent + line);
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      const call = scope.untranslated(statement.line, `with ${part.trim()}`, error.message);
      return name === undefined
        ? [`${indent}${call};`]
        : assign([name], call, 'any', scope).map((line) => indent + line);
    }
  });
}

function loop(variable: string, list: string, statement: Statement, scope: Scope, indent: string): string[] {
  const names = variable.split(',').map((name) => name.trim());
  const [, counted] = /^range\(\s*([^,]+)\s*\)$/.exec(list) ?? [];
  const [, numbered] = /^enumerate\((.+)\)$/.exec(list) ?? [];
  const source = condition(counted ?? numbered ?? list, statement, scope);
  for (const name of names) scope.names.set(name, { kind: 'any', ts: camelCase(name) });
  const targets = names.map(camelCase);
  const each = targets.length === 1 ? targets[0] : `[${targets.join(', ')}]`;
  const head =
    counted !== undefined
      ? `for (let ${each} = 0; ${each} < ${source}; ${each}++) {`
      : `for (const ${each} of ${numbered === undefined ? source : `[...${source}].entries()`}) {`;
  return [indent + head, ...translateStatements(statement.body, scope, `${indent}  `), `${indent}}`];
}

function tryBlock(statements: Statement[], at: number, scope: Scope, indent: string): Block {
  const inside = (statement: Statement) => translateStatements(statement.body, scope, `${indent}  `);
  const tried = inside(statements[at]!);
  const lines = [`${indent}try {`, ...tried];
  let taken = 1;
  let caught = false;
  for (; /^(except|else|finally)\b/.test(statements[at + taken]?.text ?? ''); taken++) {
    const next = statements[at + taken]!;
    if (next.text === 'finally:') lines.push(`${indent}} finally {`, ...inside(next));
    else if (caught || next.text === 'else:') {
      scope.notes.push({
        line: next.line,
        python: next.text,
        reason: 'left out: one catch takes every error here',
      });
    } else {
      const name = /\sas\s+(\w+):$/.exec(next.text)?.[1];
      if (name !== undefined) scope.names.set(name, { kind: 'any', ts: 'error' });
      lines.push(`${indent}} catch (error: any) { // ${next.text}`);
      // What was not translated must not look like an error that the Python code expects.
      if (tried.some((line) => line.includes('untranslated('))) {
        scope.use('Untranslated', '../untranslated.js');
        lines.push(`${indent}  if (error instanceof Untranslated) throw error;`);
      }
      lines.push(...inside(next));
      caught = true;
    }
  }
  return { lines: [...lines, `${indent}}`], taken };
}
