import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bin, Site } from '../fetch/site.js';
import { example } from './page/project.js';
import { Project } from './project.js';

const PAGE = '<html><head><title>Tea</title></head><body><p>Green tea takes 2 minutes.</p></body></html>';
const TEA = '# Tea\n\nGreen tea takes 2 minutes.';

async function research(site: Site, script: string): Promise<Project> {
  const project = await Project.create();
  for (const file of ['workflows/simple-agent.ts', 'workflows/orchestrator.ts'])
    project.write(file, example(file));
  project.write('script.yaml', script);
  project.write(
    'mcp_agent.config.yaml',
    `
execution_engine: temporal
mcp:
  servers:
    fetch:
      command: node
      args: [${JSON.stringify(bin)}]
      env: { MCPA_FETCH_ALLOW_PRIVATE: "${site.host}" }
    filesystem:
      command: mcp-server-filesystem
      args: [${JSON.stringify(join(project.dir, 'data'))}]
model: scripted
scripted: { script: script.yaml }
`,
  );
  return project;
}

const tea = () =>
  Site.start((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE));

test('A4: one agent fetches a page and writes it to a file', async () => {
  await using site = await tea();
  await using project = await research(
    site,
    `
turns:
  - tools: [{ tool: fetch.fetch, args: { url: "{{input}}" } }]
  - tools: [{ tool: filesystem.write_file, args: { path: tea.md, content: "{{result.0}}" } }]
  - say: "Written: {{result.0}}"
`,
  );
  await project.worker();
  const run = await project.mcpa(['run', 'SimpleAgentWorkflow', site.url()]).done;
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.trim()).toBe(`Written: ${TEA}`);
  expect(project.read('data/tea.md')).toBe(TEA);
});

test('A5: a planner with fetch and an executor with files, two agents in one scope', async () => {
  await using site = await tea();
  await using project = await research(
    site,
    `
turns:
  - when: { agent: planner }
    tools: [{ tool: fetch, args: { url: "${site.url()}" } }]
  - when: { agent: executor }
    tools: [{ tool: write_file, args: { path: plan.md, content: "{{input}}" } }]
  - when: { agent: planner }
    say: "Plan: {{result.0}}"
  - when: { agent: executor }
    say: "Executed. {{input}}"
`,
  );
  await project.worker();
  const run = await project.mcpa(['run', 'OrchestratorWorkflow', 'tea']).done;
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.trim()).toBe(`Executed. Execute plan: Plan: ${TEA}`);
  expect(project.read('data/plan.md')).toBe(`Execute plan: Plan: ${TEA}`);
});
