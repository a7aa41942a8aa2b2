import { Agent, tool } from 'mcpa/workflow';

/** Runs in the workflow, so its code must be deterministic. */
const add = tool({
  name: 'add',
  description: 'Adds two numbers',
  schema: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
  run: ({ a, b }: { a: number; b: number }) => a + b,
});

export async function SumWorkflow(question: string): Promise<string> {
  await using agent = new Agent({ name: 'adder', instruction: 'Use the tool.', tools: [add] });
  return agent.generateStr(question);
}
