import { expect, test } from 'vitest';
import { Site } from '../../fetch/site.js';
import { pageProject } from './project.js';

const ITEMS = Array.from({ length: 50 }, (_, n) => `i${n}`);

const scriptFor = (site: string, delayMs: number) => `
conversations:
  processor:
    - { delayMs: ${delayMs}, tools: [{ tool: write_file, args: { path: result.txt, content: "{{input}}" } }] }
    - say: Written.
  researcher:
    - tools: [{ tool: fetch.fetch, args: { url: "{{input}}" } }]
    - tools: [{ tool: filesystem.write_file, args: { path: tea.md, content: "{{result.0}}" } }]
    - say: "Written: {{result.0}}"
  planner:
    - tools: [{ tool: fetch, args: { url: "${site}plan" } }]
    - say: "Plan: {{result.0}}"
  executor:
    - tools: [{ tool: write_file, args: { path: plan.md, content: "{{input}}" } }]
    - say: "Executed. {{input}}"
turns:
  - tools: [{ tool: fetch, args: { url: "${site}item/{{input}}" } }]
  - say: "{{result.0}}"
`;

test('A3 to A6: the worker is killed while a model call and fetches of all of them are in flight', async () => {
  // Until the kill the site answers ten items and lets everything else hang.
  let hang = true;
  const seen = new Set<string>();
  await using site = await Site.start((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    seen.add(path);
    if (hang && seen.size > 10) return;
    if (hang && !path.startsWith('/item')) return;
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`text of ${path}`);
  });
  await using project = await pageProject(site.host);
  project.write('script.yaml', scriptFor(site.url(), 60_000));
  const worker = await project.worker();
  const data = project.mcpa(['run', 'DataProcessingWorkflow', 'sample data to process']);
  const simple = project.mcpa(['run', 'SimpleAgentWorkflow', site.url('/tea')]);
  const planned = project.mcpa(['run', 'OrchestratorWorkflow', 'tea']);
  const parallel = project.mcpa(['run', 'ParallelWorkflow', JSON.stringify(ITEMS)]);
  await data.output(/turn 1/);
  await expect
    .poll(() => seen.has('/tea') && seen.has('/plan') && seen.size > 20, { timeout: 60_000 })
    .toBe(true);
  await worker.stop('SIGKILL');
  hang = false;
  project.write('script.yaml', scriptFor(site.url(), 0));
  await project.worker();

  const results = await Promise.all([data.done, simple.done, planned.done, parallel.done]);
  expect(
    results.map(({ status }) => status),
    results.map(({ stderr }) => stderr).join('\n'),
  ).toEqual([0, 0, 0, 0]);
  const [a3, a4, a5, a6] = results.map(({ stdout }) => stdout.trim());
  expect(a3).toBe('Written.');
  expect(project.read('data/result.txt')).toBe('Process this data: sample data to process');
  expect(a4).toBe('Written: text of /tea');
  expect(project.read('data/tea.md')).toBe('text of /tea');
  expect(a5).toBe('Executed. Execute plan: Plan: text of /plan');
  expect(project.read('data/plan.md')).toBe('Execute plan: Plan: text of /plan');
  expect(JSON.parse(a6 ?? '')).toEqual(ITEMS.map((item) => `text of /item/Process: ${item}`));
}, 180_000);
