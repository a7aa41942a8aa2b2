import { Agent } from 'mcpa/workflow';

const rating = {
  type: 'object',
  properties: { stars: { type: 'integer' }, why: { type: 'string' } },
  required: ['stars', 'why'],
};

/** An answer as data: JSON that fits the schema, asked for again where it doesn't. */
export async function RatingWorkflow(text: string): Promise<unknown> {
  await using critic = new Agent({ name: 'critic', instruction: 'Rate texts.' });
  return critic.generateStructured(`Rate from 1 to 5: ${text}`, rating);
}
