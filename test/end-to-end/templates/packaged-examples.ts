import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const WHEEL = 'mcp_agent-0.2.6-py3-none-any.whl';
const run = promisify(execFile);

/** The examples in mcp-agent's wheel, unpacked; from PyPI once per machine. Throws where PyPI is out of reach. */
export async function packagedExamples(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mcpa-tests');
  const unpacked = join(cache, 'mcp-agent-0.2.6');
  const examples = join(unpacked, 'mcp_agent/data/examples');
  if (!existsSync(examples)) {
    mkdirSync(cache, { recursive: true });
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest', cache];
    await run('python3', [...pip, '--timeout', '20', '--retries', '1', 'mcp-agent==0.2.6'], {
      timeout: 90_000,
    });
    await run('python3', ['-m', 'zipfile', '-e', join(cache, WHEEL), unpacked]);
  }
  return examples;
}

/** The folders that are projects: they have a config. */
export function projectsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('mcp_agent.config.yaml'))
    .map((path) => join(folder, path, '..'))
    .sort();
}
