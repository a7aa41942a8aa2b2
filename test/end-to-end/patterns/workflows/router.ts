import { Agent, router } from 'mcpa/workflow';

export async function RouterWorkflow(request: string): Promise<unknown> {
  const writer = new Agent({ name: 'writer', instruction: 'Writes letters.' });

  const choices = await router(request, {
    routes: [
      { agent: writer },
      { server: 'fixture', description: 'Adds numbers' },
      { name: 'print_hello', description: 'Says hello', run: () => 'Hello!' },
    ],
    topK: 2,
  });
  return { choices, answer: await choices[0]?.run() };
}
