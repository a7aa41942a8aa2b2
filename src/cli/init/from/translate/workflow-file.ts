import type { Found, Module } from '../python/declarations.js';
import { dedent } from '../python/dedent.js';
import { parseExpression } from '../python/parse.js';
import { Untranslatable } from '../python/untranslatable.js';
import { isApp } from './assignments.js';
import { newAgent } from './calls/agents.js';
import { functionBody } from './functions.js';
import { camelCase, type Meaning, type Note, pascalCase, quote, Scope } from './scope.js';
import { toTypeScript } from './to-typescript.js';
import { typeOf } from './types.js';

export interface Stub {
  /** The workflow's type: the export's name. */
  name: string;
  text: string;
  notes: Note[];
}

/** A workflow's file: the translated function, and the Python it came from as a comment. */
export function workflowFile(found: Found, module: Module, tasks: ReadonlySet<string>): Stub {
  const name = found.kind === 'workflow' ? found.name : pascalCase(found.name);
  const scope = new Scope(tasks, module.file, (constant, inner) => moduleConstant(constant, module, inner));
  for (const app of ['app', 'context', 'app_ctx', 'agent_app', 'logger', 'log'])
    scope.names.set(app, { kind: 'app' });
  if (found.kind === 'workflow') scope.names.set('self', { kind: 'any', ts: 'self' });
  const handlers = handlerLines(found, scope);
  const body = functionBody(found.run, scope, '  ');
  const returns = typeOf(found.run.returns);
  const usesSelf = [...handlers, ...body].some((line) =>
    /^(?!\s*\/\/)(?!.*untranslated\().*\bself\./.test(line),
  );
  const closed = /^\s*(return|throw)\b/.test(body.filter((line) => /^ {2}\S/.test(line)).at(-1) ?? '');
  const open = returns === 'void' || returns === 'any' || closed;
  const lines = [
    ...(usesSelf ? ['  const self: any = {};'] : []),
    ...handlers,
    ...scope.prelude.map((line) => `  ${line}`),
    ...body,
    ...(open ? [] : [`  return ${scope.untranslated(found.endLine, 'the result', 'no return at the end')};`]),
  ];
  const params = found.run.params.map((param) => parameter(param, scope)).join(', ');
  const text = [
    ...imports(scope),
    '',
    ...tasksOf(scope),
    `/** ${found.description ?? name} From ${module.file}:${found.firstLine}. */`,
    `export async function ${name}(${params}): Promise<${returns}> {`,
    ...lines,
    '}',
    '',
    ...pythonOf(found, module),
  ];
  return { name, text: `${text.join('\n')}\n`, notes: scope.notes };
}

function parameter(param: { name: string; type?: string; fallback?: string }, scope: Scope): string {
  const type = typeOf(param.type);
  const declared = `${camelCase(param.name)}: ${type === 'void' ? 'any' : type}`;
  if (param.fallback === undefined) return declared;
  if (param.fallback === 'None') return declared.replace(':', '?:').replace(' | undefined', '');
  try {
    return `${declared} = ${toTypeScript(parseExpression(param.fallback), scope)}`;
  } catch (error) {
    if (error instanceof Untranslatable) return declared.replace(':', '?:');
    throw error;
  }
}

/** Signals and queries of the class, and `__init__`, in the function that has their state. */
function handlerLines(found: Found, scope: Scope): string[] {
  const lines: string[] = [];
  const ordered = [...found.methods].sort(
    (a, b) => Number(b.name === '__init__') - Number(a.name === '__init__'),
  );
  for (const method of ordered) {
    const decorator = method.decorators.find((text) => /\b(signal|workflow_signal|query)\b/.test(text));
    const isQuery = /\bquery\b/.test(decorator ?? '');
    const given = /\bname\s*=\s*["']([^"']+)["']/.exec(decorator ?? '')?.[1] ?? method.name;
    const params = method.params.map((param) => `${camelCase(param.name)}: any`).join(', ');
    if (method.name === '__init__') {
      method.statement.body = method.statement.body.filter(({ text }) => !text.startsWith('super().'));
      lines.push(...functionBody(method, scope, '  '));
    } else if (decorator === undefined) {
      scope.names.set(`self.${method.name}`, { kind: 'function', ts: `self.${method.name}` });
      const body = functionBody(method, scope, '    ');
      lines.push(`  self.${method.name} = async (${params}): Promise<any> => {`, ...body, '  };');
    } else {
      const define = scope.use(isQuery ? 'defineQuery' : 'defineSignal', '@temporalio/workflow');
      scope.use('setHandler', '@temporalio/workflow');
      const types = method.params.map(() => 'any').join(', ');
      const generic = isQuery ? `<any, [${types}]>` : `<[${types}]>`;
      const async = isQuery ? '' : 'async ';
      const body = functionBody(method, scope, '    ');
      lines.push(
        `  setHandler(${define}${generic}(${quote(given)}), ${async}(${params}) => {`,
        ...body,
        '  });',
      );
    }
  }
  return lines;
}

/** A constant of the module moves into the workflow when it is used there; an agent is one per run. */
function moduleConstant(name: string, module: Module, scope: Scope): Meaning | undefined {
  const value = module.constants.get(name);
  if (value === undefined) return undefined;
  const expression = parseExpression(value);
  if (isApp(expression, scope) || /^MCPApp\(/.test(value)) return { kind: 'app' };
  const ts = camelCase(name);
  if (expression.kind === 'call' && value.startsWith('Agent(')) {
    const agent = newAgent(expression, scope);
    scope.prelude.push(`await using ${ts} = ${agent.ts};`);
    return { ...agent, ts };
  }
  scope.prelude.push(`const ${ts} = ${toTypeScript(expression, scope)};`);
  return { kind: 'value', ts };
}

function imports(scope: Scope): string[] {
  return [...scope.imports]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, names]) => `import { ${[...names].sort().join(', ')} } from '${from}';`);
}

function tasksOf(scope: Scope): string[] {
  if (!scope.imports.get('mcpa/workflow')?.has('activities')) return [];
  return ["const tasks = activities<typeof import('../activities.js')>();", ''];
}

export function pythonOf(found: Found, module: Module): string[] {
  const python = dedent(module.source.slice(found.firstLine - 1, found.endLine));
  return [
    `// The Python it came from (${module.file}):`,
    ...python.map((line) => `//     ${line}`.trimEnd()),
  ];
}
