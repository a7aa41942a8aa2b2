import { homedir } from 'node:os';
import { relative, resolve } from 'node:path';
import { McpaError } from '../../core/index.js';
import { DEFAULT_SEARCH_PATHS } from '../defaults.js';
import type { ConfigProblem } from '../problems.js';
import { unknownServers } from '../schema/semantics.js';
import { matchFiles } from '../sources/match-files.js';
import type { Config } from '../types.js';
import { AGENT_FILE, type AgentFile, type FileAgent, readAgents } from './read-agents.js';

export interface AgentSources {
  projectDir: string;
  cwd: string;
  /** The config's own list; absent: the usual folders, which need not exist. */
  searchPaths?: string[] | undefined;
  /** Names of agents that the config defines: they win. */
  defined: string[];
  servers: object;
  homeDir?: string;
}

/** Where agent files of a config are looked for: the folders and files at the root of each path or glob. */
export function agentRoots(config: Config, homeDir: string = homedir()): string[] {
  return config.agents.enabled
    ? config.agents.search_paths.map((path) => {
        const parts = inHome(path, homeDir).split(/[\\/]/);
        const magic = parts.findIndex((part) => /[*?{[]/.test(part));
        return resolve(config.projectDir, (magic < 0 ? parts : parts.slice(0, magic)).join('/'));
      })
    : [];
}

const inHome = (path: string, homeDir: string) => path.replace(/^~(?=[\\/])/, homeDir);

/** The agents of all files, the first of a name wins; what is wrong with a file is told, never passed over. */
export function loadAgents(sources: AgentSources): AgentFile {
  const { projectDir, cwd, searchPaths = DEFAULT_SEARCH_PATHS, homeDir = homedir() } = sources;
  const result: AgentFile = { agents: [], problems: [], warnings: [] };
  const seen = new Set<string>();
  const owners = new Map<string, FileAgent | undefined>(sources.defined.map((name) => [name, undefined]));
  for (const searchPath of searchPaths) {
    const before = new Map(owners);
    const paths = matchFiles(projectDir, inHome(searchPath, homeDir));
    if (paths.length === 0 && sources.searchPaths !== undefined)
      result.warnings.push({
        key: 'agents.search_paths',
        problem: `${searchPath} matches no file`,
        fix: `correct it; it is relative to ${projectDir}`,
      });
    for (const path of paths) {
      if (!AGENT_FILE.test(path) || seen.has(path)) continue;
      seen.add(path);
      const below = relative(cwd, path);
      const file = readOne(path, below.startsWith('..') ? path : below);
      result.problems.push(...file.problems);
      result.warnings.push(...file.warnings);
      for (const agent of file.agents) add(agent, before, owners, sources, result);
    }
  }
  return result;
}

function add(
  agent: FileAgent,
  before: Map<string, FileAgent | undefined>,
  owners: Map<string, FileAgent | undefined>,
  sources: AgentSources,
  result: AgentFile,
): void {
  const { spec, file, line } = agent;
  const { name, server_names: servers } = spec as FileAgent['spec'] & { server_names?: string[] };
  const tell = (key: string, problem: string, fix: string): ConfigProblem => ({
    file,
    line,
    key,
    problem,
    fix,
  });
  const owner = owners.get(name);
  if (before.has(name)) {
    const there = owner === undefined ? 'agents.definitions' : `${owner.file}:${owner.line}`;
    result.warnings.push(
      tell('name', `${name} is defined in ${there} too, which wins`, 'rename one of the two'),
    );
    return;
  }
  if (owner !== undefined) {
    const problem = `${name} is defined twice: here and in ${owner.file}:${owner.line}`;
    result.problems.push(tell('name', problem, 'rename one of the two'));
    return;
  }
  owners.set(name, agent);
  result.agents.push(agent);
  for (const { problem, fix } of unknownServers([], servers, sources.servers))
    result.problems.push(tell('server_names', problem, fix));
}

function readOne(path: string, name: string): AgentFile {
  try {
    return readAgents(path, name);
  } catch (error) {
    if (!(error instanceof McpaError)) throw error;
    const problem = { file: name, key: '', problem: error.message, fix: error.hint ?? 'make it readable' };
    return { agents: [], problems: [problem], warnings: [] };
  }
}
