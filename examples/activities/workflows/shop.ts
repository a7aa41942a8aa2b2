import { Agent, activities, tool } from 'mcpa/workflow';

const { charge } = activities<typeof import('../activities.js')>();

/** The workflow calls the activity. */
export async function OrderWorkflow(cents: number): Promise<string> {
  const receipt = await charge({ customer: 'ann', cents });
  return receipt.id;
}

/** The model of an agent of the config calls it, as its tool. */
export async function ShopWorkflow(request: string): Promise<string> {
  await using clerk = await Agent.fromConfig('clerk', {
    tools: [
      tool({
        name: 'charge',
        description: 'Charges a customer',
        schema: {
          type: 'object',
          properties: { customer: { type: 'string' }, cents: { type: 'integer' } },
          required: ['customer', 'cents'],
        },
        run: 'charge',
      }),
    ],
  });
  return clerk.generateStr(request);
}
