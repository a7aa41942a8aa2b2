import { continueAsNew } from '@temporalio/workflow';
import { Agent, childAgent, type JsonSchema, type SwarmState, swarm } from 'mcpa/workflow';

// #region swarm
/** Continues as new at each hand-off; one of its members is a child workflow. */
export async function ContinuedSupportWorkflow(input: { request: string; from?: SwarmState }) {
  const triage = new Agent({ name: 'triage', instruction: 'Find out what it is about, and hand over.' });
  const refunds = childAgent('refunds', RefundWorkflow, { instruction: 'Pay money back.' });

  const { text, context, replies } = await swarm(input.request, {
    members: [{ agent: triage }, { agent: refunds }],
    context: { customer: 'Ada' },
    from: input.from,
    afterHandOff: (from) => continueAsNew<typeof ContinuedSupportWorkflow>({ ...input, from }),
  });
  return { text, context, by: replies.map(({ agent }) => agent) };
}
// #endregion

export async function RefundWorkflow(prompt: string, schema: JsonSchema): Promise<unknown> {
  await using refunds = new Agent({ name: 'refunds', instruction: 'Pay money back.' });
  return refunds.generateStructured(prompt, schema);
}
