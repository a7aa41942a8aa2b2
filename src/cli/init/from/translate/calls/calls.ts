import { dotted, type Expression } from '../../python/expression.js';
import { Untranslatable } from '../../python/untranslatable.js';
import { quote, type Scope } from '../scope.js';
import { toTypeScript } from '../to-typescript.js';
import { agentCall, newAgent } from './agents.js';
import { newPattern } from './patterns.js';

export type Call = Expression & { kind: 'call' };

const METHODS: Record<string, string> = {
  strip: 'trim',
  lower: 'toLowerCase',
  upper: 'toUpperCase',
  append: 'push',
  startswith: 'startsWith',
  endswith: 'endsWith',
  split: 'split',
};

/** A call that a stub knows: of mcp-agent, of asyncio, of Temporal, and a few of Python's own. */
export function callOf(call: Call, scope: Scope): string {
  const to = (each: Expression) => toTypeScript(each, scope);
  const path = dotted(call.callee) ?? '';
  const last = call.callee.kind === 'attribute' ? call.callee.name : path;
  const [first] = call.args;
  const root = scope.names.get(path.split('.')[0] ?? '');

  if (path === 'Agent') return newAgent(call, scope).ts;
  const pattern = newPattern(call, scope);
  if (pattern !== undefined) throw new Untranslatable(`${last} is a function here`);
  if (path === 'WorkflowResult') {
    const value = call.named.value ?? first;
    return value === undefined ? 'undefined' : to(value);
  }
  if (path === 'asyncio.gather') return gather(call, scope);
  if (/^(asyncio|workflow)\.sleep$/.test(path) && first !== undefined)
    return `${scope.use('sleep', '@temporalio/workflow')}(${milliseconds(first, scope)})`;
  if (path === 'workflow.wait_condition' && first !== undefined) {
    const { timeout } = call.named;
    const deadline = timeout === undefined ? '' : `, ${milliseconds(timeout, scope)}`;
    return `${scope.use('condition', '@temporalio/workflow')}(${to(first)}${deadline})`;
  }
  if (last === 'wait_for_signal') {
    const signal = literal(call.named.signal_name ?? call.named.name ?? first);
    const { timeout_seconds: timeout } = call.named;
    return `${scope.waitFor(signal)}(${timeout === undefined ? '' : milliseconds(timeout, scope)})`;
  }
  if (last === 'wait_for_human_input' || last === 'request_human_input') return humanInput(call, scope);
  if (last === 'execute' && /(^|\.)executor\.execute$/.test(path)) return execute(call, scope);
  const agent = agentCall(call, scope);
  if (agent !== undefined) return agent;
  if (path === 'len' && first !== undefined) return `${to(first)}.length`;
  if (path === 'str' && first !== undefined) return `String(${to(first)})`;
  if (path === 'json.dumps' && first !== undefined) return `JSON.stringify(${to(first)})`;
  const known = scope.names.get(path);
  if (known?.kind === 'function') return `${known.ts}(${positional(call).map(to).join(', ')})`;
  if (call.callee.kind === 'attribute' && root?.kind !== 'app') {
    if (last === 'join' && first !== undefined) return `${to(first)}.join(${to(call.callee.of)})`;
    const method = METHODS[last];
    if (method !== undefined && (last !== 'split' || first !== undefined))
      return `${to(call.callee.of)}.${method}(${call.args.map(to).join(', ')})`;
  }
  if (last === 'generate_structured')
    throw new Untranslatable(
      'write the schema as zod or JSON Schema: agent.generateStructured(prompt, schema)',
    );
  if (last === 'generate')
    throw new Untranslatable(
      "it returns the provider's messages; generate(prompt) here returns text, turns and usage",
    );
  throw new Untranslatable(`no counterpart of \`${path || last}\` is known`);
}

/** Arguments by position; one given by name would be a guess. */
function positional(call: Call): Expression[] {
  if (Object.keys(call.named).length > 0) throw new Untranslatable('arguments by name');
  return call.args;
}

function gather(call: Call, scope: Scope): string {
  const { return_exceptions: settled, ...named } = call.named;
  if (Object.keys(named).length > 0) throw new Untranslatable('asyncio.gather with names');
  if (settled?.kind === 'name' && settled.name === 'True')
    throw new Untranslatable(
      'return_exceptions: use Promise.allSettled, or `parallel`, whose failed branch is a result',
    );
  const [first] = call.args;
  const all = first?.kind === 'star' && call.args.length === 1 ? first.of : undefined;
  return `Promise.all(${toTypeScript(all ?? { kind: 'list', items: call.args }, scope)})`;
}

function execute(call: Call, scope: Scope): string {
  const [task, ...args] = positional(call);
  const name = task?.kind === 'name' ? task.name : '';
  if (!scope.tasks.has(name))
    throw new Untranslatable('only a @workflow_task of the project can be an activity');
  scope.use('activities');
  return `tasks.${name}(${args.map((each) => toTypeScript(each, scope)).join(', ')})`;
}

function humanInput(call: Call, scope: Scope): string {
  let { args, named } = call;
  const [first] = args;
  // request_human_input(HumanInputRequest(prompt=…))
  if (first?.kind === 'call' && dotted(first.callee)?.endsWith('HumanInputRequest'))
    ({ args, named } = first);
  const prompt = args[0] ?? named.prompt;
  if (prompt === undefined) throw new Untranslatable('a question without a prompt');
  const timeout = named.timeout_seconds ?? named.timeout;
  const options = timeout === undefined ? '' : `, { timeout: ${milliseconds(timeout, scope)} }`;
  return `${scope.use('waitForHumanInput')}(${toTypeScript(prompt, scope)}${options})`;
}

/** Python gives seconds, Temporal here takes milliseconds. */
function milliseconds(seconds: Expression, scope: Scope): string {
  if (seconds.kind === 'call') {
    const { seconds: s, minutes, hours, days } = seconds.named;
    const factors = [
      [s, 1],
      [minutes, 60],
      [hours, 3600],
      [days, 86_400],
    ] as const;
    const found = factors.find(([value]) => value !== undefined);
    if (dotted(seconds.callee)?.endsWith('timedelta') && found !== undefined)
      return `${toTypeScript(found[0]!, scope)} * ${found[1] * 1000}`;
  }
  if (seconds.kind === 'number') return String(Number(seconds.text) * 1000);
  return `${toTypeScript(seconds, scope)} * 1000`;
}

export function literal(expression: Expression | undefined): string {
  if (expression?.kind === 'text' && expression.parts.every((part) => typeof part === 'string'))
    return expression.parts.join('');
  throw new Untranslatable('a name that is no plain text');
}

export function asText(expression: Expression | undefined, scope: Scope): string {
  return expression === undefined ? quote('') : toTypeScript(expression, scope);
}
