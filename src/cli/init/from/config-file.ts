import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { loadConfig } from '../../../config/index.js';
import { isMcpaError, McpaError } from '../../../core/index.js';
import { writeFiles } from './write-files.js';

type AgentFile = readonly [path: string, text: string];

export interface ConfigFiles {
  config: string;
  secrets?: string;
  /** Agent files that fit the config. */
  agents: AgentFile[];
  /** Those that don't, and would keep it from loading. */
  refused: AgentFile[];
  notes: string[];
}

const SCHEMA = '# yaml-language-server: $schema=./node_modules/mcpa/dist/config.schema.json\n';
/** More keys than this are not moved aside one by one. */
const MOST_PROBLEMS = 100;

/** mcp-agent's config and secrets as mcpa reads them: what it refuses is moved aside, under a key with `x-`. */
export async function takeConfig(
  given: { config?: string; secrets?: string; agents: AgentFile[] },
  name: string,
  workingFolderServers: ReadonlySet<string>,
  servers: ReadonlySet<string>,
): Promise<ConfigFiles> {
  const notes: string[] = [];
  const config = read(given.config ?? '', 'mcp_agent.config.yaml');
  const secrets = given.secrets === undefined ? undefined : read(given.secrets, 'mcp_agent.secrets.yaml');
  dropSchema(config);
  if (config.get('execution_engine') === 'asyncio')
    notes.push('execution_engine: asyncio became temporal: mcpa runs on Temporal alone');
  config.set('execution_engine', 'temporal');
  if (config.get('temporal') === null) config.delete('temporal');
  const queue = config.getIn(['temporal', 'task_queue']);
  if (queue !== undefined && queue !== name)
    notes.push(
      `temporal.task_queue: ${queue} became ${name}: workers of two languages on one queue take each other's tasks`,
    );
  config.setIn(['temporal', 'task_queue'], name);
  for (const server of workingFolderServers) {
    const args = config.getIn(['mcp', 'servers', server, 'args']);
    if (!isSeq(args)) continue;
    args.add('.');
    notes.push(
      `mcp.servers.${server}.args: "." added, which the Python code does when it runs (os.getcwd())`,
    );
  }
  for (const server of servers) {
    if (config.hasIn(['mcp', 'servers', server])) continue;
    notes.push(`mcp.servers.${server}: an agent names it, and the config has no such server`);
  }
  commands(config, notes);
  const agents = [...given.agents];
  const refused = await settle(config, secrets, agents, notes);
  return {
    agents,
    refused,
    config: `${SCHEMA}${config.toString({ lineWidth: 0 })}`,
    ...(secrets === undefined ? {} : { secrets: secrets.toString({ lineWidth: 0 }) }),
    notes,
  };
}

function read(text: string, file: string): Document<YAMLMap> {
  // `*:` without quotes is mcp-agent's documented spelling, and no YAML.
  const document = parseDocument(text.replace(/^(\s*)\*:/gm, '$1"*":'), { merge: true });
  const [error] = document.errors;
  if (error !== undefined)
    throw new McpaError('CONFIG_INVALID', `${file} of the project is not valid YAML: ${error.message}`, {
      hint: 'correct it there, then run this again',
    });
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  return document as unknown as Document<YAMLMap>;
}

/** The schema's place is a comment of ours; what the user wrote above it stays. */
function dropSchema(config: Document<YAMLMap>): void {
  const key = config.contents?.items.find((item) => String(item.key) === '$schema')?.key;
  const above = isScalar(key) ? key.commentBefore : undefined;
  config.delete('$schema');
  if (above) config.commentBefore = [config.commentBefore, above].filter(Boolean).join('\n');
}

function commands(config: Document<YAMLMap>, notes: string[]): void {
  const servers = config.getIn(['mcp', 'servers']);
  if (!isMap(servers)) return;
  for (const { key, value } of servers.items) {
    const name = isScalar(key) ? String(key.value) : String(key);
    if (!isMap(value)) continue;
    if (value.get('transport') === 'websocket') {
      value.set('transport', 'streamable_http');
      const url = value.get('url');
      if (typeof url === 'string') value.set('url', url.replace(/^ws/, 'http'));
      notes.push(
        `mcp.servers.${name}: websocket is no transport of MCP; streamable_http instead: check its url`,
      );
    }
    if (value.get('command') === 'uvx' && /mcp-server-fetch/.test(String(value.get('args'))))
      notes.push(
        `mcp.servers.${name}: uvx needs Python; \`command: mcpa-fetch\` without args does the same without`,
      );
  }
}

/** Loads everything, mends what is reported, and loads again until nothing is; returns the agents taken out. */
async function settle(
  config: Document<YAMLMap>,
  secrets: Document<YAMLMap> | undefined,
  agents: AgentFile[],
  notes: string[],
): Promise<AgentFile[]> {
  const refused: AgentFile[] = [];
  const documents = [config, ...(secrets === undefined ? [] : [secrets])];
  for (let round = 0; round < MOST_PROBLEMS; round++) {
    let mended = false;
    for (const { file, key, text, unsupported } of await problems(config, secrets, agents)) {
      const agent = agents.findIndex(([path]) => path === file);
      if (agent !== -1) {
        refused.push(...agents.splice(agent, 1));
        notes.push(`${file}: copied to not-taken/: ${text}`);
      } else if (documents.some((document) => moveAside(document, key))) {
        notes.push(unsupported ? `${key}: left out: ${text}` : `${key}: moved aside to x-…: ${text}`);
      } else continue;
      mended = true;
    }
    if (!mended) break;
  }
  return refused;
}

interface Found {
  file: string | undefined;
  key: string;
  text: string;
  unsupported: boolean;
}

async function problems(
  config: Document<YAMLMap>,
  secrets: Document<YAMLMap> | undefined,
  agents: AgentFile[],
): Promise<Found[]> {
  const dir = await mkdtemp(join(tmpdir(), 'mcpa-from-'));
  try {
    await writeFiles(dir, [
      { path: 'mcp_agent.config.yaml', text: config.toString({ lineWidth: 0 }) },
      ...(secrets === undefined
        ? []
        : [{ path: 'mcp_agent.secrets.yaml', text: secrets.toString({ lineWidth: 0 }), mode: 0o600 }]),
      ...agents.map(([path, text]) => ({ path, text })),
    ]);
    return await check(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function check(dir: string): Promise<Found[]> {
  try {
    // Without the environment: what is taken over must load anywhere.
    const { warnings } = await loadConfig({ cwd: dir, env: {}, homeDir: dir, require: true });
    return warnings
      .filter(({ problem }) => /does not use it/.test(problem))
      .map(({ file, key, fix }) => ({ file, key, text: fix, unsupported: true }));
  } catch (error) {
    if (!isMcpaError(error) || error.code !== 'CONFIG_INVALID') throw error;
    return error.message.split('\n').flatMap((line) => {
      const [, file, key, text] = /^(?:(\S*?)(?::\d+){1,2} )?([^\s:]+): (.*)$/.exec(line) ?? [];
      return key === undefined ? [] : [{ file, key, text: text!, unsupported: false }];
    });
  }
}

/** `a.b` becomes `a.x-b`, which is the user's own and has no effect. Names may have dots. */
function moveAside(document: Document<YAMLMap>, key: string): boolean {
  let node: unknown = document.contents;
  let rest = key.split('.');
  while (isMap(node) || isSeq(node)) {
    if (isSeq(node)) {
      node = node.items[Number(rest[0])];
      rest = rest.slice(1);
      continue;
    }
    const map: YAMLMap = node;
    const length = rest.findIndex((_, i) => map.has(rest.slice(0, i + 1).join('.'))) + 1;
    if (length === 0) return false;
    const name = rest.slice(0, length).join('.');
    rest = rest.slice(length);
    const pair = map.items.find((item) => String(item.key) === name);
    if (rest.length > 0 && (isMap(pair?.value) || isSeq(pair?.value))) {
      node = pair.value;
      continue;
    }
    if (pair === undefined) return false;
    map.items.splice(map.items.indexOf(pair), 1, document.createPair(`x-${name}`, pair.value));
    return true;
  }
  return false;
}
