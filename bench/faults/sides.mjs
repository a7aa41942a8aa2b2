import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installMcpAgent, MCP_AGENT } from '../lib/installs.mjs';

const repository = resolve(import.meta.dirname, '../..');
const toolServer = join(import.meta.dirname, 'tool-server.mjs');
const peers = join(repository, 'bench/peers');
/** Of a tool call on both sides; everything else has its default. */
const TOOL_SECONDS = 10;

const server = (folder) =>
  `mcp:\n  servers:\n    echo: { command: "${process.execPath}", args: ["${toolServer}", "${folder}"], read_timeout_seconds: ${TOOL_SECONDS} }\n`;

/** How a side's worker is started in a folder, with its code as deployed or with a step that wasn't there before. */
export const SIDES = {
  mcpa: {
    title: 'mcpa',
    step: 'await sleep(1_000);',
    command(_bench, folder, { address, queue, provider }, source) {
      const project = join(folder, 'project');
      mkdirSync(project, { recursive: true });
      writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n');
      const config = `execution_engine: temporal\n${server(folder)}model: openai:bench\nopenai: { base_url: "${provider}", api_key: none }\n`;
      writeFileSync(join(project, 'mcp_agent.config.yaml'), config);
      writeFileSync(join(project, 'workflows.ts'), source);
      try {
        symlinkSync(join(repository, 'node_modules'), join(project, 'node_modules'));
      } catch {
        // There since the first start.
      }
      const env = { TEMPORAL_ADDRESS: address, MCPA_TASK_QUEUE: queue, NO_COLOR: '1' };
      return { args: [join(repository, 'bin/mcpa.js'), 'worker'], cwd: project, env };
    },
    source: () =>
      `import { sleep } from '@temporalio/workflow';\n${readFileSync(join(peers, 'mcpa/faults-workflows.ts'), 'utf8')}`,
  },
  'mcp-agent': {
    title: `mcp-agent ${MCP_AGENT} (Python)`,
    step: 'await asyncio.sleep(1)',
    async command(bench, folder, { address, queue, provider }, source) {
      const venv = await installMcpAgent(bench);
      if (venv === undefined) return undefined;
      const cwd = join(folder, 'project');
      mkdirSync(cwd, { recursive: true });
      const config = `execution_engine: temporal\nlogger: { type: none }\ntemporal: { host: "${address}", namespace: default, task_queue: "${queue}" }\n${server(folder)}openai: { base_url: "${provider}", api_key: none }\n`;
      writeFileSync(join(cwd, 'mcp_agent.config.yaml'), config);
      writeFileSync(join(cwd, 'worker.py'), source);
      return { file: join(venv, 'bin', 'python'), args: [join(cwd, 'worker.py')], cwd };
    },
    source: () => readFileSync(join(peers, 'mcp-agent/faults_worker.py'), 'utf8'),
  },
};
