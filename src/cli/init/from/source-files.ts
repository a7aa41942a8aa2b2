import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { McpaError } from '../../../core/index.js';

export interface SourceFiles {
  config?: string;
  secrets?: string;
  /** Path and text of each Python file. */
  python: Array<[path: string, text: string]>;
  /** Agent files as they are: path and text. */
  agents: Array<[path: string, text: string]>;
  dotEnv: boolean;
}

const SKIPPED =
  /^(\.(?!mcp-agent$|claude$)|node_modules$|venv$|env$|__pycache__$|site-packages$|dist$|build$)/;
const AGENT_FOLDERS = ['.mcp-agent/agents', '.claude/agents'];
/** A Python file above this is no workflow. */
const LARGEST = 1_000_000;

/** Reads an mcp-agent project, and nothing else of its folder. */
export async function readSource(source: string): Promise<SourceFiles> {
  if (!(await stat(source).catch(() => undefined))?.isDirectory())
    throw new McpaError('CONFIG_NOT_FOUND', `there is no folder ${source}`, {
      hint: 'give --from the folder of an mcp-agent project',
    });
  const paths = await filesIn(source);
  const config = findNamed(source, 'config');
  const secrets = findNamed(source, 'secrets');
  const python = paths.filter((path) => path.endsWith('.py'));
  if (config === undefined && python.length === 0)
    throw new McpaError('CONFIG_NOT_FOUND', `${source} has no mcp_agent.config.yaml and no Python file`, {
      hint: 'give --from the folder of an mcp-agent project',
    });
  const text = async (path: string): Promise<[string, string]> => [
    path,
    await readFile(join(source, path), 'utf8'),
  ];
  const read = (path: string | undefined) => (path === undefined ? undefined : readFile(path, 'utf8'));
  const [configText, secretsText] = [await read(config), await read(secrets)];
  const isAgent = (path: string) =>
    AGENT_FOLDERS.some((folder) => path.startsWith(`${folder}/`)) || /^agents\.(ya?ml|json)$/.test(path);
  return {
    ...(configText === undefined ? {} : { config: configText }),
    ...(secretsText === undefined ? {} : { secrets: secretsText }),
    python: await Promise.all(python.map(text)),
    agents: await Promise.all(paths.filter(isAgent).map(text)),
    dotEnv: existsSync(join(source, '.env')),
  };
}

function findNamed(source: string, kind: string): string | undefined {
  const names = ['mcp_agent', 'mcp-agent'].flatMap((stem) =>
    ['yaml', 'yml'].map((ext) => `${stem}.${kind}.${ext}`),
  );
  return ['', '.mcp-agent']
    .flatMap((folder) => names.map((name) => join(source, folder, name)))
    .find((path) => existsSync(path));
}

async function filesIn(source: string, below = source, depth = 0): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(below, { withFileTypes: true })) {
    if (SKIPPED.test(entry.name)) continue;
    const path = join(below, entry.name);
    if (entry.isDirectory() && depth < 6) found.push(...(await filesIn(source, path, depth + 1)));
    else if (entry.isFile() && (await stat(path)).size < LARGEST) found.push(relative(source, path));
  }
  return found.sort();
}
