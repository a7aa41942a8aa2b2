import { Agent, childAgent, parallel } from 'mcpa/workflow';

/** A branch with a history of its own. */
export async function CountWordsWorkflow(text: string): Promise<string> {
  await using counter = new Agent({ name: 'counter', instruction: 'Count the words.' });
  return counter.generateStr(text);
}

export async function ChildBranchesWorkflow(text: string): Promise<unknown> {
  const { result, branches } = await parallel(text, {
    fanOut: [
      childAgent('words', CountWordsWorkflow),
      { name: 'letters', run: (message) => `${message.length} letters` },
      {
        name: 'broken',
        run: () => {
          throw new Error('broken on purpose');
        },
      },
    ],
    fanIn: (all) => all.filter(({ ok }) => ok).length,
  });
  return { result, branches };
}
