import { Agent, waitForHumanInput } from 'mcpa/workflow';

interface Wishes {
  id: string;
  model: string;
  /** Prompts; each says which tools to call. */
  main: string;
  fan: string[];
  last: string;
}

/** An agent with tools, a person's answer, a fan-out of agents, the first agent again. */
export async function FaultsWorkflow({ id, model, main, fan, last }: Wishes) {
  const agent = (name: string) =>
    new Agent({ name, instruction: 'Do as told.', serverNames: ['stdio', 'http'], model });
  await using first = agent('main');
  const said = await first.generateStr(main);
  const answer = await waitForHumanInput(`May ${id} go on?`);
  const parts = await Promise.all(
    fan.map(async (prompt, n) => {
      await using one = agent(`fan${n}`);
      return one.generateStr(prompt);
    }),
  );
  return { main: said, answer, fan: parts, last: await first.generateStr(last) };
}
