import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { configKeys, explainConfig, formatProblem, loadConfig } from '../../../dist/config/index.js';
import { ERROR_CODES, isMcpaError } from '../../../dist/core/index.js';
import { BOMBS, mutateBytes, mutateText } from '../mutate-text.mjs';
import { mutateValue, oddValue } from '../mutate-value.mjs';

const root = resolve(import.meta.dirname, '../../..');
const SLOWEST_MS = 2_000;
/** No secret looks like a key, so that only knowing it can hide it; mutations of a marker are no secret any more. */
const IN_VARIABLE = 'planted variable value';
const IN_SECRETS = 'planted secrets value';
const LITERAL = 'sk-planted-literal-0123456789';

const SECRETS = `anthropic:\n  api_key: ${IN_SECRETS}\nopenai:\n  api_key: ${IN_SECRETS}\notel:\n  headers: {authorization: ${IN_SECRETS}}\n`;
const AGENTS = {
  'planner.yaml': 'name: planner\ninstruction: Plan.\nmax_iterations: 2\nmodel: anthropic:x\n',
  'list.yaml': 'agents:\n  - {name: one, instruction: a}\n  - {name: two, instruction: b}\n',
  'writer.md': '---\nname: writer\ndescription: Writes\nmax_iterations: 3\n---\n\nWrite well.\n',
  'judge.json': '{"name": "judge", "instruction": "Judge."}',
};

/** Real configs: those of the templates and of the documents, and one with every key. */
function realConfigs() {
  const texts = [];
  for (const name of readdirSync(join(root, 'templates')))
    texts.push(
      readFileSync(join(root, 'templates', name, 'mcp_agent.config.yaml'), 'utf8').replaceAll(
        /\{\{\w+\}\}/g,
        'x',
      ),
    );
  for (const name of readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')))
    for (const [, block] of readFileSync(join(root, 'docs', name), 'utf8').matchAll(
      /```yaml\n([\s\S]*?)```/g,
    ))
      if (
        /^(execution_engine|temporal|mcp|agents|anthropic|openai|worker|otel|logger|context|model|workflow_task)/m.test(
          block,
        )
      )
        texts.push(block);
  return [...texts, everyKey()];
}

function everyKey() {
  const whole = {};
  for (const { key } of configKeys()) {
    const path = key.replaceAll('[]', '.0').replaceAll('<name>', 'web').split('.');
    let node = whole;
    for (const [n, part] of path.entries()) {
      const next = path[n + 1];
      if (typeof node !== 'object') break;
      if (next === undefined)
        node[part] = node[part] ?? (/key|headers|env|metadata/.test(part) ? LITERAL : '${PLANTED_KEY}');
      else {
        if (typeof node[part] !== 'object') node[part] = next === '0' ? [] : {};
        node = node[part];
      }
    }
  }
  return stringify(whole);
}

/** Config files: always a config, or an `McpaError` with a code. */
export async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'mcpa-fuzz-'));
  const agents = join(folder, '.mcp-agent/agents');
  mkdirSync(agents, { recursive: true });
  const texts = realConfigs();
  const values = texts
    .map((text) => parse(text))
    .filter((value) => typeof value === 'object' && value !== null);
  const natives = Object.getOwnPropertyNames(Object.prototype).join();

  const main = (random) => {
    const kind = random.below(20);
    if (kind === 0) return random.pick(BOMBS);
    if (kind < 9) return mutateText(random.pick(texts), random);
    const value =
      kind < 13 ? withOddKey(random.pick(values), random) : mutateValue(random.pick(values), random);
    if (kind < 16) return JSON.stringify(value, null, random.below(3));
    try {
      return stringify(value, { version: random.pick(['1.1', '1.2']) });
    } catch {
      // Too deep for the writer.
      return JSON.stringify(value);
    }
  };

  async function one(random) {
    const text = main(random);
    writeFileSync(
      join(folder, 'mcp_agent.config.yaml'),
      random.chance(0.1) ? mutateBytes(Buffer.from(text), random) : text,
    );
    writeFileSync(
      join(folder, 'mcp_agent.secrets.yaml'),
      random.chance(0.3) ? mutateText(SECRETS, random) : SECRETS,
    );
    for (const [name, agent] of Object.entries(AGENTS))
      writeFileSync(join(agents, name), random.chance(0.15) ? mutateText(agent, random) : agent);
    const env = {
      PLANTED_KEY: IN_VARIABLE,
      ...(random.chance(0.1) && { TEMPORAL_ADDRESS: String(oddValue(random)) }),
    };
    // Of the processor, so that a busy machine makes no failures.
    const before = process.cpuUsage();
    const outcome = await load(folder, env);
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1_000;
    if (ms > SLOWEST_MS) throw new Error(`took ${Math.round(ms)} ms`);
    if ({}.polluted !== undefined || Object.getOwnPropertyNames(Object.prototype).join() !== natives)
      throw new Error('Object.prototype was polluted');
    return outcome;
  }
  return { one, close: () => rmSync(folder, { recursive: true, force: true }) };
}

function withOddKey(value, random) {
  const copy = structuredClone(value);
  const { key } = random.pick(configKeys());
  const path = key
    .replaceAll('[]', '.0')
    .replaceAll('<name>', random.pick(['web', 'fs', '__proto__', 'a.b', '']))
    .split('.');
  let node = copy;
  for (const part of path.slice(0, -1)) {
    if (typeof node[part] !== 'object' || node[part] === null || !Object.hasOwn(node, part))
      Object.defineProperty(node, part, { value: {}, enumerable: true, configurable: true, writable: true });
    node = node[part];
  }
  Object.defineProperty(node, path.at(-1), {
    value: oddValue(random),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}

async function load(folder, env) {
  let loaded;
  try {
    loaded = await loadConfig({ cwd: folder, env, homeDir: folder, require: true });
  } catch (error) {
    if (!isMcpaError(error) || !(error.code in ERROR_CODES)) throw error;
    secretless(`${error.message}\n${error.hint}`);
    return error.code;
  }
  secretless(loaded.warnings.map(formatProblem).join('\n'));
  ownedOnly(loaded.config);
  for (const { key, value } of explainConfig(loaded))
    if (/(^|\.)(api_key|authorization)$/.test(key)) secretless(value);
  return 'a config';
}

function secretless(text) {
  for (const secret of [IN_VARIABLE, IN_SECRETS, LITERAL]) {
    const at = text.indexOf(secret);
    if (at >= 0) throw new Error(`shows a secret: …${text.slice(Math.max(0, at - 200), at + 60)}…`);
  }
}

/** Nothing of the file may stand in a prototype, where a check of the keys would not see it. */
function ownedOnly(value, path = '') {
  if (typeof value !== 'object' || value === null) return;
  const prototype = Object.getPrototypeOf(value);
  if (![Object.prototype, Array.prototype, null].includes(prototype))
    throw new Error(`${path} has a prototype of its own`);
  for (const [key, item] of Object.entries(value)) ownedOnly(item, `${path}.${key}`);
}
