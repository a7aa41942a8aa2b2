import { expect, test } from 'vitest';
import { tailShapes } from '../../json/tail.mjs';
import { MeasuredWorker, memoryProject } from './project.js';

const SCRIPT = `
turns:
  - when: { contains: "remember one" }
    tools: [{ tool: grow }]
  - when: { tool: grow }
    tools: [{ tool: grown }]
  - when: { tool: grown }
    say: "{{last}}"
`;

test('a server whose tools change while an agent works: an event, told once, in words and as JSON', async () => {
  await using project = await memoryProject(SCRIPT);
  await MeasuredWorker.start(project);
  const run = project.mcpa(['run', 'MemoryWorkflow', 'one', '--id', `grows-${project.queue}`]);
  await run.output(/grown/);
  const tail = await project.mcpa(['tail', `grows-${project.queue}`, '--json', '--no-follow']).done;
  const events = tail.stdout
    .trim()
    .split('\n')
    .map((line) => tailShapes.tail.parse(JSON.parse(line)) as { type: string; [key: string]: unknown });
  const at = events.findIndex(({ type }) => type === 'catalog_changed');
  expect(events[at]).toMatchObject({ agent: 'memory', conversation: 'memory', turn: 2 });
  expect(events[at]?.from).not.toBe(events[at]?.to);
  expect(events[at + 1]).toMatchObject({ type: 'model_call_completed', turn: 2 });
  expect(events.filter(({ type }) => type === 'catalog_changed')).toHaveLength(1);
  const plain = await project.mcpa(['tail', `grows-${project.queue}`, '--no-follow']).done;
  expect(plain.stdout).toMatch(/^! memory: its MCP servers offer other tools from turn 2 on$/m);
}, 120_000);
