import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installMcpAgent, installOpenAiAgents, MCP_AGENT, OPENAI_AGENTS } from './installs.mjs';

const repository = resolve(import.meta.dirname, '../..');
const peersDir = join(repository, 'bench/peers');
export const mcpaBin = join(repository, 'bin/mcpa.js');
export const echoServer = join(peersDir, 'echo-server.mjs');

const mcpaConfig = (provider) => `execution_engine: temporal
mcp:
  servers:
    echo: { command: node, args: ["${echoServer}"] }
model: openai:bench
openai: { base_url: "${provider}", api_key: none }
`;

const mcpAgentConfig = ({ provider, address, queue }) => `execution_engine: temporal
logger: { type: none }
temporal: { host: "${address}", namespace: default, task_queue: "${queue}" }
mcp:
  servers:
    echo: { command: "${process.execPath}", args: ["${echoServer}"] }
openai: { base_url: "${provider}", api_key: none }
`;

/** The mcpa side, as a user would write it. */
export function writeProject(dir, provider) {
  if (existsSync(dir)) return dir;
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(dir, 'mcp_agent.config.yaml'), mcpaConfig(provider));
  copyFileSync(join(peersDir, 'mcpa/workflows.ts'), join(dir, 'workflows.ts'));
  symlinkSync(join(repository, 'node_modules'), join(dir, 'node_modules'));
  return dir;
}

/** A hand-written peer's workflow, bundled once by Temporal's own bundler. */
export async function handWrittenBundle(dir, peer) {
  const file = join(dir, `${peer}-bundle.js`);
  if (existsSync(file)) return file;
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const workflowsPath = join(peersDir, peer, 'workflow.mjs');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  writeFileSync(file, code);
  return file;
}

const handWritten = (title, name) => ({
  title,
  modelCall: /^ask$/,
  async command(bench, { address, queue, provider }) {
    const bundle = await handWrittenBundle(bench.dir, name);
    const args = [join(peersDir, 'hand-written/worker.mjs'), address, queue, bundle, name];
    return { args, cwd: bench.dir, env: { BENCH_PROVIDER: provider } };
  },
});

/** How each peer's worker is started; `command` gives undefined where it can't be installed. */
export const PEERS = {
  mcpa: {
    title: 'mcpa',
    modelCall: /^mcpa\.generate$/,
    async command(bench, { address, queue, provider }) {
      const cwd = writeProject(join(bench.dir, 'project'), provider);
      const env = { TEMPORAL_ADDRESS: address, MCPA_TASK_QUEUE: queue, NO_COLOR: '1' };
      return { args: [mcpaBin, 'worker'], cwd, env };
    },
  },
  floor: handWritten('floor: a skeleton without durable conversation', 'floor'),
  naive: handWritten('hand-written, whole history with each call', 'naive'),
  'openai-agents': {
    title: `@temporalio/openai-agents ${OPENAI_AGENTS}`,
    modelCall: /^invokeModel/,
    async command(bench, { address, queue, provider }) {
      const cwd = await installOpenAiAgents(bench);
      if (cwd === undefined) return undefined;
      // Copied, so that its imports find the install.
      for (const file of ['worker.mjs', 'workflow.mjs']) {
        copyFileSync(join(peersDir, 'openai-agents', file), join(cwd, file));
      }
      const env = { BENCH_PROVIDER: provider, BENCH_ECHO_SERVER: echoServer };
      return { args: [join(cwd, 'worker.mjs'), address, queue], cwd, env };
    },
  },
  'mcp-agent': {
    title: `mcp-agent ${MCP_AGENT} (Python)`,
    modelCall: /request_completion_task$/,
    async command(bench, where) {
      const venv = await installMcpAgent(bench);
      if (venv === undefined) return undefined;
      const cwd = join(bench.dir, where.queue);
      mkdirSync(cwd, { recursive: true });
      writeFileSync(join(cwd, 'mcp_agent.config.yaml'), mcpAgentConfig(where));
      return { file: join(venv, 'bin', 'python'), args: [join(peersDir, 'mcp-agent/worker.py')], cwd };
    },
  },
};
