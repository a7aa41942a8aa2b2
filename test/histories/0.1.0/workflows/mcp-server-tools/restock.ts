import { Agent } from 'mcpa/workflow';

/** Looks into the warehouse and orders what is missing. */
export async function RestockWorkflow(report: string): Promise<string> {
  await using agent = new Agent({
    name: 'buyer',
    instruction: 'Keep at least 10 pieces of each article in stock. Look first, then order what is missing.',
    serverNames: ['warehouse'],
  });
  return agent.generateStr(report);
}
