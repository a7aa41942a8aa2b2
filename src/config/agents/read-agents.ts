import { extname } from 'node:path';
import type { ConfigProblem } from '../problems.js';
import { type Finding, prune, validate } from '../schema/validate.js';
import {
  isTree,
  type Place,
  parseYaml,
  placeOf,
  readText,
  type Tree,
  type YamlFile,
} from '../sources/yaml-file.js';

/** An agent as a file writes it, checked, with where it stands. */
export interface FileAgent {
  spec: Tree & { name: string };
  file: string;
  line: number;
}
export interface AgentFile {
  agents: FileAgent[];
  problems: ConfigProblem[];
  warnings: ConfigProblem[];
}

export const AGENT_FILE = /\.(ya?ml|json|md)$/;
/** Front matter, its closing line, and the body. */
const FRONT_MATTER = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)([\s\S]*)/m;
/** Keys of Claude Code's that mean the same here; the rest of its front matter is Claude's alone. */
const SHARED_WITH_CLAUDE = new Set(['name', 'description', 'server_names', 'max_iterations', 'human_input']);

/** The agents of one file: YAML or JSON with one agent, a list, or `agents:`; Markdown whose body is the instruction. */
export function readAgents(path: string, name: string): AgentFile {
  const text = readText(path);
  if (extname(path) === '.md') return readMarkdown(text, path, name);
  const file = parseYaml(text, path, name, 'agents');
  if (file.problems.length > 0) return { agents: [], problems: file.problems, warnings: [] };
  const list = Array.isArray(file.value.agents)
    ? file.value.agents.map((value, i) => ({ value, at: ['agents', String(i)] }))
    : [{ value: file.value, at: [] }];
  return join(list.map(({ value, at }) => check(value, at, file)));
}

function readMarkdown(text: string, path: string, name: string): AgentFile {
  const problem = (line: number, problem: string, fix: string): AgentFile => ({
    agents: [],
    problems: [{ file: name, line, column: 1, key: '', problem, fix }],
    warnings: [],
  });
  const [, front, body] = (text.startsWith('---') ? FRONT_MATTER.exec(text) : null) ?? [];
  if (front === undefined || body === undefined)
    return text.startsWith('---')
      ? problem(1, 'the front matter has no end', 'close it with a line of `---`')
      : problem(1, 'an agent without front matter', 'start the file with `---`, `name: …`, `---`');
  // One line for the opening dashes: places are the file's own.
  const file = parseYaml(`\n${front}`, path, name);
  if (file.problems.length > 0) return { agents: [], problems: file.problems, warnings: [] };
  const value = /(^|[\\/])\.claude[\\/]/.test(path) ? ofClaude(file.value) : file.value;
  const instruction = body.trim();
  if (value.instruction !== undefined && instruction !== '') {
    const line = placeOf(file, ['instruction'])?.line ?? 1;
    return problem(line, 'has an instruction in the front matter and a body', 'keep the body');
  }
  return check(instruction === '' ? value : { ...value, instruction }, [], file);
}

function ofClaude(front: Tree): Tree {
  return Object.fromEntries(
    Object.entries(front).filter(
      ([key, value]) => SHARED_WITH_CLAUDE.has(key) || (key === 'model' && String(value).includes(':')),
    ),
  );
}

/** Checked as an item of `agents.definitions`, reported where the file has it. */
function check(value: unknown, at: string[], file: YamlFile): AgentFile {
  const here: Place = placeOf(file, at) ?? { line: 1, column: 1 };
  const tell = ({ path, problem, fix }: Finding): ConfigProblem => ({
    file: file.name,
    ...(placeOf(file, [...at, ...path.slice(3)]) ?? here),
    key: path.slice(3).join('.'),
    problem,
    fix,
  });
  const { servers, ...rest } = isTree(value) ? value : {};
  // mcp-agent's files have the servers under this name too.
  const spec = isTree(value)
    ? { ...rest, ...(servers === undefined ? {} : { server_names: servers }) }
    : value;
  const pruned = prune({ agents: { definitions: [spec] } });
  const findings = [...pruned.findings, ...validate(pruned.value)];
  const checked = (pruned.value.agents as { definitions: Tree[] }).definitions[0] as FileAgent['spec'];
  return {
    agents: findings.length > 0 ? [] : [{ spec: checked, file: file.name, line: here.line }],
    problems: findings.map(tell),
    warnings: pruned.warnings.map(tell),
  };
}

function join(parts: AgentFile[]): AgentFile {
  return {
    agents: parts.flatMap((part) => part.agents),
    problems: parts.flatMap((part) => part.problems),
    warnings: parts.flatMap((part) => part.warnings),
  };
}
