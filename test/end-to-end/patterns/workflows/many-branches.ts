import { continueAsNew } from '@temporalio/workflow';
import { Agent, childAgent, parallel } from 'mcpa/workflow';

/** A wide fan-out: each branch has a history of its own, and goes on in a second run. */
export async function ManyBranchesWorkflow({ branches }: { branches: number }) {
  const { result } = await parallel('Count', {
    fanOut: Array.from({ length: branches }, (_, n) => childAgent(`branch ${n}`, BranchWorkflow)),
    concurrency: 10,
    fanIn: (all) => all.map((branch) => (branch.ok ? branch.text : branch.error.message)),
  });
  return result;
}

export async function BranchWorkflow(message: string, round = 1): Promise<string> {
  if (round === 1) await continueAsNew<typeof BranchWorkflow>(message, 2);
  await using counter = new Agent({ name: 'counter', instruction: 'Count.' });
  return `${await counter.generateStr(message)}, round ${round}`;
}
