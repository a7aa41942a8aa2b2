import { dotted, type Expression } from '../../python/expression.js';
import { Untranslatable } from '../../python/untranslatable.js';
import { type Meaning, quote, type Scope } from '../scope.js';
import { toTypeScript } from '../to-typescript.js';
import { asText, type Call, literal } from './calls.js';

type AgentMeaning = Meaning & { kind: 'agent' };

/** `new Agent({…})` of mcp-agent's `Agent(…)`. */
export function newAgent(call: Call, scope: Scope): AgentMeaning {
  const names = ['name', 'instruction', 'server_names'] as const;
  const given = {
    ...Object.fromEntries(call.args.map((arg, i) => [names[i] ?? '', arg])),
    ...call.named,
  } as Record<string, Expression>;
  const fields = [`name: ${asText(given.name, scope)}`, `instruction: ${asText(given.instruction, scope)}`];
  const servers = given.server_names;
  if (servers !== undefined && (servers.kind !== 'list' || servers.items.length > 0))
    fields.push(`serverNames: ${toTypeScript(servers, scope)}`);
  if (given.human_input_callback !== undefined) fields.push('humanInput: true');
  if (given.functions !== undefined && (given.functions.kind !== 'list' || given.functions.items.length > 0))
    throw new Untranslatable('functions: write them with tool({ name, schema, run }) and pass `tools`');
  scope.use('Agent');
  const known = servers?.kind === 'list' ? servers.items.flatMap((item) => plain(item)) : [];
  const ts = `new Agent({\n${fields.map((field) => `    ${field},\n`).join('')}  })`;
  return { kind: 'agent', ts, servers: known };
}

const plain = (item: Expression): string[] => {
  try {
    return [literal(item)];
  } catch {
    return [];
  }
};

/** A call on an agent, on the LLM attached to one, or on a pattern. */
export function agentCall(call: Call, scope: Scope): string | undefined {
  if (call.callee.kind !== 'attribute') return undefined;
  const owner = scope.names.get(dotted(call.callee.of) ?? '');
  if (owner?.kind !== 'agent' && owner?.kind !== 'pattern' && owner?.kind !== 'any') return undefined;
  const { args, named } = call;
  const method = call.callee.name;
  if (method === 'generate_str') {
    const prompt = toTypeScript(args[0] ?? named.message ?? named.prompt ?? fail('a prompt'), scope);
    if (owner.kind === 'pattern') return owner.ts.replace('MESSAGE', () => prompt);
    const params = requestParams(named.request_params ?? args[1], scope);
    return `${owner.ts}.generateStr(${prompt}${params})`;
  }
  if (owner.kind !== 'agent') return undefined;
  if (method === 'list_tools') return `${owner.ts}.listTools()`;
  if (method === 'call_tool') return callTool(owner, call, scope);
  return undefined;
}

function callTool(owner: AgentMeaning, { args, named }: Call, scope: Scope): string {
  const given = literal(named.name ?? args[0]);
  const server =
    named.server_name === undefined
      ? owner.servers.find((each) => given.startsWith(`${each}_`) || owner.servers.length === 1)
      : literal(named.server_name);
  if (server === undefined)
    throw new Untranslatable('callTool wants the server: agent.callTool(server, tool, args)');
  const tool = given.startsWith(`${server}_`) ? given.slice(server.length + 1) : given;
  const input = named.arguments ?? args[1];
  const third = input === undefined ? '' : `, ${toTypeScript(input, scope)}`;
  return `${owner.ts}.callTool(${quote(server)}, ${quote(tool)}${third})`;
}

const PARAMS: Record<string, string> = {
  maxTokens: 'maxTokens',
  temperature: 'temperature',
  max_iterations: 'maxIterations',
  parallel_tool_calls: 'parallelToolCalls',
  stopSequences: 'stopSequences',
  reasoning_effort: 'effort',
};

function requestParams(given: Expression | undefined, scope: Scope): string {
  if (given === undefined) return '';
  if (given.kind !== 'call' || dotted(given.callee) !== 'RequestParams')
    throw new Untranslatable('its request_params');
  const fields = Object.entries(given.named).flatMap(([name, value]) => {
    const key = PARAMS[name];
    if (key !== undefined) return [`${key}: ${toTypeScript(value, scope)}`];
    // Each agent keeps its conversation, and its model stands in its options.
    scope.notes.push({ line: 0, python: `RequestParams(${name}=…)`, reason: paramAdvice(name) });
    return [];
  });
  return fields.length === 0 ? '' : `, { ${fields.join(', ')} }`;
}

function paramAdvice(name: string): string {
  if (name === 'model') return 'dropped: give the agent `model: provider:name`';
  if (name === 'use_history')
    return 'dropped: an agent keeps its conversation; a fork or a new one starts afresh';
  return 'dropped: no counterpart';
}

function fail(what: string): never {
  throw new Untranslatable(`${what} is missing`);
}
