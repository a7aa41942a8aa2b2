import type { z } from 'zod';
import { type ConfigProblem, nearest } from '../problems.js';
import { isTree, type Tree } from '../sources/yaml-file.js';
import { RENAMED, unsupportedAdvice } from './known-keys.js';
import { fileSchema } from './schema.js';

export interface Finding {
  path: string[];
  problem: string;
  fix: string;
}
export type Locate = (finding: Finding) => ConfigProblem;

/** Takes out `x-*` keys, empty values, and keys of mcp-agent's that mcpa doesn't support. */
export function prune(value: Tree): { value: Tree; warnings: Finding[]; findings: Finding[] } {
  const warnings: Finding[] = [];
  const findings: Finding[] = [];
  const visit = (node: unknown, path: string[]): unknown => {
    if (Array.isArray(node)) return node.map((item, i) => visit(item, [...path, String(i)]));
    if (!isTree(node)) return node;
    const result: Tree = {};
    for (const [key, item] of Object.entries(node)) {
      const here = [...path, key];
      const inServers = path.length === 2 && path[0] === 'mcp' && path[1] === 'servers';
      if (key.startsWith('x-') && !isUserMap(path)) continue;
      if (item === null || item === undefined) {
        // A server, policy or price without content must not vanish unseen.
        if (inServers || path[0] === 'workflow_task_retry_policies') result[key] = {};
        continue;
      }
      const advice = unsupportedAdvice(here);
      if (advice !== undefined) {
        if (!isHarmless(here, item)) {
          warnings.push({
            path: here,
            problem: 'mcp-agent knows this key, mcpa does not use it',
            fix: advice,
          });
        }
        continue;
      }
      result[key] = visit(item, here);
    }
    return result;
  };
  const pruned = visit(value, []) as Tree;
  for (const [name, server] of serversOf(pruned)) {
    const transport = server.transport;
    if (transport === 'http' || transport === 'streamable-http') server.transport = 'streamable_http';
    if (transport === 'websocket') {
      delete server.transport;
      findings.push({
        path: ['mcp', 'servers', name, 'transport'],
        problem: 'websocket is no transport of MCP',
        fix: "use streamable_http with the server's http(s) url",
      });
    }
  }
  return { value: pruned, warnings, findings };
}

/** Below these, keys are names of the user's (a header may well be `x-api-key`). */
function isUserMap(path: readonly string[]): boolean {
  const last = path.at(-1) ?? '';
  return path.length > 1 && ['env', 'headers', 'default_headers', 'rpc_metadata'].includes(last);
}

function isHarmless(path: readonly string[], item: unknown): boolean {
  if (path.join('.') === 'anthropic.provider') return item === 'anthropic';
  if (path.join('.') === 'logger.type') return item === 'console';
  if (path[0] === 'mcp' && path[3] === 'name') return item === path[2];
  return false;
}

export function serversOf(value: Tree): Array<[string, Tree]> {
  const servers = isTree(value.mcp) ? value.mcp.servers : undefined;
  if (!isTree(servers)) return [];
  return Object.entries(servers).filter((entry): entry is [string, Tree] => isTree(entry[1]));
}

type Issue = z.core.$ZodIssue;

/** Checks against the schema; text that stands for a number or a truth value is turned into one first. */
export function validate(value: Tree): Finding[] {
  let issues = check(value);
  const before = issues.length;
  for (const issue of issues) coerce(value, issue);
  if (before > 0) issues = check(value);
  return issues.flatMap((issue) => describe(issue, value));
}

function check(value: Tree): Issue[] {
  const result = fileSchema.safeParse(value);
  return result.success ? [] : result.error.issues.flatMap((issue) => unfold(issue, value));
}

/** Of a union's branches, the one that fits the kind of value given. */
function unfold(issue: Issue, value: Tree): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const given = at(value, issue.path);
  const branch = issue.errors.find(
    (errors) => isTree(given) === !errors.some((e) => e.path.length === 0 && e.code === 'invalid_type'),
  );
  const chosen = isTree(given) ? branch : issue.errors[0];
  return (chosen ?? []).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as Issue);
}

export function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((node, key) => (node as Tree | undefined)?.[key as string], value);
}

function coerce(value: Tree, issue: Issue): void {
  if (issue.code !== 'invalid_type' || issue.path.length === 0) return;
  const parent = at(value, issue.path.slice(0, -1)) as Tree;
  const key = String(issue.path.at(-1));
  const text = parent[key];
  if (typeof text !== 'string') return;
  const expected: string = issue.expected;
  if ((expected === 'number' || expected === 'int') && text.trim() !== '' && Number.isFinite(Number(text))) {
    parent[key] = Number(text);
  }
  if (expected === 'boolean' && /^(true|false|yes|no|on|off|1|0)$/i.test(text)) {
    parent[key] = /^(true|yes|on|1)$/i.test(text);
  }
}

const KIND: Readonly<Record<string, string>> = {
  object: 'a mapping of keys',
  record: 'a mapping of keys',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};
/** A list or mapping may be large, and may not be made text by its own means. */
const shown = (value: unknown) => (typeof value === 'object' ? kindOf(value) : String(value));
const kindOf = (value: unknown) => KIND[Array.isArray(value) ? 'array' : typeof value] ?? String(value);

function describe(issue: Issue, value: Tree): Finding[] {
  const path = issue.path.map(String);
  const given = at(value, issue.path);
  if (issue.code === 'unrecognized_keys') return unknownKeys(path, issue.keys);
  if (issue.code === 'invalid_type') {
    if (given === undefined) return [{ path, problem: 'is missing', fix: `add \`${path.at(-1)}:\`` }];
    const wanted = KIND[issue.expected] ?? issue.expected;
    const quote = issue.expected === 'string' && typeof given !== 'object' ? '; put it in quotes' : '';
    return [{ path, problem: `is ${kindOf(given)}`, fix: `must be ${wanted}${quote}` }];
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const near = typeof given === 'string' ? nearest(given, values) : undefined;
    const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
    return [
      {
        path,
        problem: `unknown value ${JSON.stringify(given)}`,
        fix: `use one of ${values.join(', ')}${hint}`,
      },
    ];
  }
  if (issue.code === 'too_small') {
    if (given === '') return [{ path, problem: 'is empty', fix: 'give a value or remove the key' }];
    const bound = issue.inclusive ? `at least ${issue.minimum}` : `more than ${issue.minimum}`;
    return [{ path, problem: `is ${shown(given)}`, fix: `must be ${bound}` }];
  }
  if (issue.code === 'too_big')
    return [{ path, problem: `is ${shown(given)}`, fix: `must be at most ${issue.maximum}` }];
  return [{ path, problem: `is ${JSON.stringify(given)}`, fix: issue.message }];
}

/** Unknown keys of one place that are told one by one: a file of another program may have thousands. */
const TOLD_KEYS = 100;

function unknownKeys(path: string[], keys: string[]): Finding[] {
  const told = keys.slice(0, TOLD_KEYS).map((key) => unknownKey(path, key));
  const more = keys.length - TOLD_KEYS;
  return more > 0 ? [...told, { path, problem: `${more} more unknown keys`, fix: 'remove them' }] : told;
}

function unknownKey(path: string[], key: string): Finding {
  const here = [...path, key];
  const renamed = RENAMED[here.join('.')];
  const near = nearest(key, keysAt(fileSchema, path));
  const better = renamed ?? (near === undefined ? undefined : [...path, near].join('.'));
  const fix =
    better === undefined
      ? 'remove it, or prefix your own key with `x-`'
      : `did you mean ${better}? (your own keys start with \`x-\`)`;
  return { path: here, problem: 'unknown key', fix };
}

interface Definition {
  type: string;
  innerType?: Schema;
  valueType?: Schema;
  element?: Schema;
  options?: Schema[];
  shape?: Record<string, Schema>;
}
type Schema = { def: Definition };

/** The keys that the schema knows at a path. */
function keysAt(schema: unknown, path: readonly string[]): string[] {
  const { def } = schema as Schema;
  if (def.type === 'optional') return keysAt(def.innerType, path);
  if (def.type === 'union') return (def.options ?? []).flatMap((option) => keysAt(option, path));
  const [key, ...rest] = path;
  if (def.type === 'object') {
    const shape = def.shape ?? {};
    if (key === undefined) return Object.keys(shape);
    return shape[key] === undefined ? [] : keysAt(shape[key], rest);
  }
  if (key === undefined) return [];
  if (def.type === 'record') return keysAt(def.valueType, rest);
  return def.type === 'array' ? keysAt(def.element, rest) : [];
}
