import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Project, repository } from '../project.js';

test('the example of docs/agents-and-activities.md runs', async () => {
  await using project = await Project.create();
  const example = join(repository, 'examples/activities');
  cpSync(example, project.dir, { recursive: true });
  await project.worker();
  const order = await project.mcpa(['run', 'OrderWorkflow', '150']).done;
  expect(order.stdout, order.stderr).toBe('receipt-ann\n');
  const shop = await project.mcpa(['run', 'ShopWorkflow', 'three apples']).done;
  expect(shop.stdout, shop.stderr).toBe('Three apples are yours: {"id":"receipt-bob","cents":150}\n');
  const messages = await project.mcpa(['messages', '@last', '--json']).done;
  const [, instruction] = readFileSync(join(example, '.mcp-agent/agents/clerk.md'), 'utf8').split(
    /^---\n\n/m,
  );
  expect(JSON.parse(messages.stdout).conversations[0].definition.instruction).toBe(instruction?.trim());
});
