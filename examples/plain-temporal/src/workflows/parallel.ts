import { agent } from '../agent.js';

export async function ParallelWorkflow(items: string[]): Promise<string[]> {
  return Promise.all(
    items.map((item) => agent('Process individual items', ['fetch'])(`Process: ${item}`)),
  );
}
