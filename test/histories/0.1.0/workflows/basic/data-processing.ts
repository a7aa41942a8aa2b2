import { Agent } from 'mcpa/workflow';

/** Reads the file in `data/`, works on the input, and writes the result beside it. */
export async function DataProcessingWorkflow(input: string): Promise<string> {
  await using agent = new Agent({
    name: 'processor',
    instruction: 'Process files and return results. Your files are notes.txt and result.txt.',
    serverNames: ['filesystem'],
  });
  return agent.generateStr(`Process this data: ${input}`);
}
