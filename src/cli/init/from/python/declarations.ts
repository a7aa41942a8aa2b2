import { readStatements, type Statement } from './statements.js';

export interface Param {
  name: string;
  type?: string;
  fallback?: string;
}
export interface PythonFunction {
  name: string;
  params: Param[];
  returns?: string;
  statement: Statement;
  /** Lines of the decorators, without `@`. */
  decorators: string[];
  firstLine: number;
}
export interface Found {
  /** What it was: a workflow class, a tool, an async tool, a task (an activity), a script around `app.run()`. */
  kind: 'workflow' | 'tool' | 'async_tool' | 'task' | 'script';
  name: string;
  run: PythonFunction;
  /** Of a class: its signal and query handlers, `__init__`, and what else it has. */
  methods: PythonFunction[];
  description?: string;
  firstLine: number;
  endLine: number;
}
export interface Module {
  file: string;
  source: string[];
  found: Found[];
  /** Names given at the top of the file. */
  constants: Map<string, string>;
}

/** What a module declares for mcp-agent, by its decorators. */
export function readModule(file: string, source: string): Module {
  const statements = readStatements(source);
  const constants = new Map<string, string>();
  const found: Found[] = [];
  for (const [decorators, statement] of decorated(statements)) {
    const [, name, value] = /^([A-Za-z_]\w*)(?:\s*:[^=]+)?\s*=\s*([^=][\s\S]*)$/.exec(statement.text) ?? [];
    if (name !== undefined) constants.set(name, value!);
    const item = classOf(decorators, statement) ?? functionOf(decorators, statement);
    if (item !== undefined) found.push(item);
  }
  return { file, source: source.split(/\r?\n/), found, constants };
}

function decorated(statements: Statement[]): Array<[decorators: Statement[], statement: Statement]> {
  const result: Array<[Statement[], Statement]> = [];
  let above: Statement[] = [];
  for (const statement of statements) {
    if (statement.text.startsWith('@')) above.push(statement);
    else {
      result.push([above, statement]);
      above = [];
    }
  }
  return result;
}

function classOf(decorators: Statement[], statement: Statement): Found | undefined {
  const name = /^class\s+(\w+)/.exec(statement.text)?.[1];
  if (name === undefined || !decorators.some(({ text }) => /^@[\w.]*\bworkflow(\(|$)/.test(text)))
    return undefined;
  const methods = decorated(statement.body).flatMap(([above, inner]) => readFunction(above, inner) ?? []);
  const run =
    methods.find((method) => method.decorators.some((text) => /workflow_run\b|workflow\.run\b/.test(text))) ??
    methods.find((method) => method.name === 'run');
  if (run === undefined) return undefined;
  const description = docstring(statement);
  return {
    kind: 'workflow',
    name,
    run,
    methods: methods.filter((method) => method !== run),
    ...(description === undefined ? {} : { description }),
    firstLine: decorators[0]?.line ?? statement.line,
    endLine: statement.endLine,
  };
}

function functionOf(decorators: Statement[], statement: Statement): Found | undefined {
  const run = readFunction(decorators, statement);
  if (run === undefined) return undefined;
  const decorator = run.decorators.find((text) => /^(\w+\.)?(async_tool|tool|workflow_task)\b/.test(text));
  const isScript = /\.run\(\)/.test(texts(statement)) && /\bAgent\(/.test(texts(statement));
  if (decorator === undefined && !isScript) return undefined;
  const kind =
    decorator === undefined
      ? 'script'
      : /workflow_task/.test(decorator)
        ? 'task'
        : /async_tool/.test(decorator)
          ? 'async_tool'
          : 'tool';
  const named = /\bname\s*=\s*["']([^"']+)["']/.exec(decorator ?? '')?.[1];
  const description = docstring(statement);
  return {
    kind,
    name: named ?? run.name,
    run,
    methods: [],
    ...(description === undefined ? {} : { description }),
    firstLine: run.firstLine,
    endLine: statement.endLine,
  };
}

function texts(statement: Statement): string {
  return [statement.text, ...statement.body.map(texts)].join('\n');
}

export function readFunction(decorators: Statement[], statement: Statement): PythonFunction | undefined {
  const [, name, params, returns] =
    /^(?:async\s+)?def\s+(\w+)\s*\(([\s\S]*)\)\s*(?:->\s*([\s\S]+?))?\s*:$/.exec(statement.text) ?? [];
  if (name === undefined) return undefined;
  return {
    name,
    params: readParams(params ?? ''),
    ...(returns === undefined ? {} : { returns }),
    statement,
    decorators: decorators.map(({ text }) => text.slice(1)),
    firstLine: decorators[0]?.line ?? statement.line,
  };
}

function readParams(text: string): Param[] {
  return splitAt(text, ',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '*' && part !== '/' && part !== 'self' && !part.startsWith('*'))
    .map((part) => {
      const [declared = '', fallback] = splitAt(part, '=');
      const [name = '', type] = splitAt(declared, ':');
      return {
        name: name.trim(),
        ...(type === undefined ? {} : { type: type.trim() }),
        ...(fallback === undefined ? {} : { fallback: fallback.trim() }),
      };
    })
    .filter(
      ({ name, type }) => !['app_ctx', 'ctx', 'context'].includes(name) && !/Context\b/.test(type ?? ''),
    );
}

/** Splits at a sign outside brackets and quotes. */
function splitAt(text: string, sign: string): string[] {
  const parts = [''];
  let depth = 0;
  let quote = '';
  for (const char of text) {
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    if (char === sign && depth === 0 && quote === '') parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}

export function docstring(statement: Statement): string | undefined {
  const text = statement.body[0]?.text;
  const [, inner] = /^[rRuU]?(?:"""|''')([\s\S]*?)(?:"""|''')$/.exec(text ?? '') ?? [];
  const line = inner
    ?.split('\n')
    .map((each) => each.trim())
    .find((each) => each !== '');
  return line?.replaceAll('*/', '* /');
}
