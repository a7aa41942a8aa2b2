import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');
export const echoServer = join(repository, 'test/worker/mcp/fixtures/modern-server.mjs');

const CONFIG = `execution_engine: temporal
mcp:
  servers:
    fixture:
      command: node
      args: ["${echoServer}"]
model: scripted
scripted: { script: script.yaml }
`;

const SCRIPT = `turns:
  - tools: [{ tool: echo, args: { text: "{{input}}" } }]
  - say: "{{result.0}}"
`;

const WORKFLOW = `import { Agent } from 'mcpa/workflow';

export async function EchoWorkflow(input: string): Promise<string> {
  await using agent = new Agent({ name: 'echo', instruction: 'Say it again.', serverNames: ['fixture'] });
  return agent.generateStr(input);
}
`;

/** The mcpa side: two model calls and one tool call, as a user would write them. */
export function writeProject(dir) {
  if (existsSync(dir)) return dir;
  mkdirSync(join(dir, 'workflows'), { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(dir, 'mcp_agent.config.yaml'), CONFIG);
  writeFileSync(join(dir, 'script.yaml'), SCRIPT);
  writeFileSync(join(dir, 'workflows', 'echo.ts'), WORKFLOW);
  symlinkSync(join(repository, 'node_modules'), join(dir, 'node_modules'));
  return dir;
}

/** The floor's workflow, bundled once by Temporal's own bundler. */
export async function floorBundle(file) {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const workflowsPath = join(repository, 'bench/peers/floor-workflow.mjs');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  writeFileSync(file, code);
  return file;
}
