import { Agent, router } from 'mcpa/workflow';

/** Its writer has written so much that it lives in a run of its own by now. */
export async function MovedWriterWorkflow(request: string): Promise<unknown> {
  await using writer = new Agent({
    name: 'writer',
    instruction: 'Writes letters.',
    serverNames: ['fixture'],
    maxIterations: 20,
  });
  await writer.generateStr('Write a lot');
  const [best] = await router(request, {
    routes: [{ agent: writer }, { name: 'print_hello', description: 'Says hello', run: () => 'Hello!' }],
  });
  return best?.run();
}

/** No limit of its own: the config's holds from the first question on. */
export async function OneTurnWorkflow(request: string): Promise<unknown> {
  await using hasty = new Agent({ name: 'hasty', instruction: 'Be quick.', serverNames: ['fixture'] });
  const { text, turns } = await hasty.generate(request);
  return { text, turns };
}
