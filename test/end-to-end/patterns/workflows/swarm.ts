import { Agent, swarm } from 'mcpa/workflow';

export async function SupportWorkflow(request: string) {
  const triage = new Agent({ name: 'triage', instruction: 'Find out what it is about, and hand over.' });
  const refunds = new Agent({ name: 'refunds', instruction: 'Pay money back.', serverNames: ['fixture'] });
  const faults = new Agent({ name: 'faults', instruction: 'Mend what is broken.' });

  const { text, context, replies } = await swarm(request, {
    members: [{ agent: triage }, { agent: refunds, handOffs: ['triage'] }, { agent: faults }],
    context: { customer: 'Ada' },
  });
  return { text, context, by: replies.map(({ agent }) => agent) };
}
