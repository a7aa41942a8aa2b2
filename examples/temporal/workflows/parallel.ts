import { Agent } from 'mcpa/workflow';

/** Fan-out and fan-in: an agent for each item, results in the order of the items. */
export async function ParallelWorkflow(items: string[]): Promise<string[]> {
  return Promise.all(items.map(processItem));
}

async function processItem(item: string): Promise<string> {
  await using agent = new Agent({
    name: `processor_${item}`,
    instruction: 'Process individual items',
    serverNames: ['fetch'],
  });
  return agent.generateStr(`Process: ${item}`);
}
