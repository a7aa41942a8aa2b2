import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const installsDir = join(homedir(), '.cache', 'mcpa-bench');

export const MCP_AGENT = '0.2.6';
export const OPENAI_AGENTS = '1.23.0';

const OPENAI_AGENTS_PACKAGES = {
  '@temporalio/openai-agents': OPENAI_AGENTS,
  '@temporalio/worker': OPENAI_AGENTS,
  '@temporalio/workflow': OPENAI_AGENTS,
  '@temporalio/client': OPENAI_AGENTS,
  '@temporalio/activity': OPENAI_AGENTS,
  '@temporalio/common': OPENAI_AGENTS,
  '@openai/agents-core': '~0.11.6',
  '@openai/agents-openai': '~0.11.6',
  '@opentelemetry/sdk-trace-base': '^1.25.1',
  '@modelcontextprotocol/sdk': '^1.20.0',
  openai: '^6.35.0',
  zod: '^4.0.0',
};

/** The folder of mcp-agent's venv, installed on first use; undefined where Python or the network is missing. */
export async function installMcpAgent(bench) {
  const dir = join(installsDir, `mcp-agent-${MCP_AGENT}`);
  return installed(bench, `mcp-agent ${MCP_AGENT} from PyPI`, dir, join(dir, 'bin', 'mcp-agent'), [
    ['python3', ['-m', 'venv', dir]],
    [join(dir, 'bin', 'pip'), ['install', '-q', `mcp-agent[temporal,openai,cli]==${MCP_AGENT}`, 'mcp<2']],
  ]);
}

/** The folder of @temporalio/openai-agents with the SDK that it needs, installed on first use. */
export async function installOpenAiAgents(bench) {
  const dir = join(installsDir, `openai-agents-${OPENAI_AGENTS}`);
  const done = join(dir, 'node_modules', '@temporalio', 'openai-agents', 'package.json');
  mkdirSync(dir, { recursive: true });
  const about = { private: true, type: 'module', dependencies: OPENAI_AGENTS_PACKAGES };
  writeFileSync(join(dir, 'package.json'), `${JSON.stringify(about, null, 2)}\n`);
  return installed(bench, `@temporalio/openai-agents ${OPENAI_AGENTS} from npm`, dir, done, [
    ['npm', ['install', '--no-audit', '--no-fund', '--silent', '--prefix', dir]],
  ]);
}

async function installed(bench, what, dir, done, steps) {
  if (existsSync(done)) return dir;
  bench.note(`installing ${what}, once`);
  for (const [file, args] of steps) {
    const error = await failure(file, args, dir);
    if (error === undefined) continue;
    bench.note(`${what} is left out: ${error}`);
    // Half an install would be taken for a whole one.
    rmSync(dir, { recursive: true, force: true });
    return undefined;
  }
  return dir;
}

function failure(file, args, cwd) {
  mkdirSync(cwd, { recursive: true });
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status) =>
      resolve(status === 0 ? undefined : `${file} ended with ${status}: ${said.trim().slice(-400)}`),
    );
  });
}
