import { classifyIntent } from 'mcpa/workflow';

export async function IntentWorkflow(text: string): Promise<string> {
  const [intent] = await classifyIntent(text, {
    intents: [
      { name: 'track', description: 'Asks for a delivery.', examples: ['Where is my parcel?'] },
      { name: 'complain', description: 'Is not content.' },
    ],
  });
  const parcel = intent?.entities.find(({ name }) => name === 'parcel')?.value;
  return `${intent?.name ?? 'nothing we know'}: ${parcel ?? 'no parcel'}`;
}
