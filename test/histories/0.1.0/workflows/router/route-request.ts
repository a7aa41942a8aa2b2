import { Agent, type Confidence, router } from 'mcpa/workflow';

export interface Served {
  by: string;
  confidence: Confidence;
  reason: string;
  answer: unknown;
}

/** Lets a model decide who should serve the request, and hands it over. */
export async function RouteRequestWorkflow(request: string): Promise<Served> {
  const finder = new Agent({
    name: 'finder',
    instruction: 'Find what is asked for in the files, and quote it.',
    serverNames: ['filesystem'],
  });
  const writer = new Agent({
    name: 'writer',
    instruction: 'Write texts, and save them as files.',
    serverNames: ['filesystem'],
  });

  const [best] = await router(request, {
    routes: [
      { agent: finder },
      { agent: writer },
      { server: 'fetch', description: 'Reads the web page at an address' },
      { name: 'help', description: 'Says what can be asked for', run: help },
    ],
  });
  if (best === undefined) throw new Error(`nobody here can serve this: ${request}`);
  const { name, confidence, reason } = best;
  return { by: name, confidence, reason, answer: await best.run() };
}

function help(): string {
  return 'Ask for something in the files, for a text, or for a web page.';
}
