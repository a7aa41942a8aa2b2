import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import type { Project } from '../project.js';

export const ACTIVITIES = `
import { appendFileSync } from 'node:fs';
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { z } from 'zod';
import { rate } from './money/rate.js';

const note = (line: string) => appendFileSync(process.env.PROJECT + '/effects.log', line + '\\n');

export interface Receipt { cents: number; attempt: number }

/** Declined twice. */
export async function charge(order: { amount: number }): Promise<Receipt> {
  const { attempt } = activityInfo();
  note('charge ' + attempt);
  if (attempt < 3) throw new Error('declined');
  return { cents: z.number().parse(order.amount) * rate, attempt };
}

/** Its first attempt leaves its progress with the engine; mcpa's own heartbeats come after. */
export async function resume(): Promise<unknown> {
  const { attempt, heartbeatDetails } = activityInfo();
  if (attempt > 1) return heartbeatDetails;
  heartbeat({ row: 7 });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  throw new Error('interrupted');
}

/** Knows nothing of heartbeats, and takes a cancellation as it comes. */
export async function wait(): Promise<void> {
  note('waiting');
  const signal = cancellationSignal();
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    .finally(() => note('told to stop'));
}

/** Its worker dies with the first attempt. */
export async function survive(): Promise<number> {
  const { attempt } = activityInfo();
  note('attempt ' + attempt);
  return attempt > 1 ? attempt : new Promise(() => undefined);
}

// A connection that nobody closes.
setInterval(() => undefined, 1_000);

export const double = (n: number) => n * 2;
`;

export const WORKFLOWS = `
import { activities, Agent, tool } from 'mcpa/workflow';

const { charge, resume, survive, wait, double } = activities<typeof import('../activities.js')>();
const { charge: chargeOnce } = activities<typeof import('../activities.js')>({
  retry: { maximumAttempts: 1 },
  startToCloseTimeout: '9s',
  summary: 'once',
});

export async function ChargeWorkflow(amount: number): Promise<string> {
  const receipt = await charge({ amount });
  return receipt.cents + ' in attempt ' + receipt.attempt + ', doubled ' + (await double(receipt.cents));
}

export async function OnceWorkflow(): Promise<number> {
  return (await chargeOnce({ amount: 1 })).cents;
}

export async function ResumeWorkflow(): Promise<unknown> {
  return resume();
}

export async function SurviveWorkflow(): Promise<number> {
  return survive();
}

export async function WaitWorkflow(): Promise<void> {
  await wait();
}

/** The model calls the activity as a tool. */
export async function ShopWorkflow(input: string): Promise<string> {
  const schema = { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] };
  await using agent = new Agent({
    name: 'shop',
    instruction: 'Sell.',
    tools: [
      tool({ name: 'pay', description: 'Charges the customer.', schema, run: 'charge' }),
      tool({ name: 'twice', schema, run: async ({ amount }: { amount: number }) => double(amount) }),
    ],
  });
  return agent.generateStr(input);
}
`;

const SCRIPT = `
turns:
  - tools:
      - { tool: pay, args: { amount: 3 } }
      - { tool: twice, args: { amount: 4 } }
  - say: "{{result.0}} {{result.1}}"
`;

/** A project with activities that import a file of it, a package, and Temporal. */
export async function shopProject(): Promise<Project> {
  const config = fixtureConfig({
    temporal: ', timeout_seconds: 77',
    more: `workflow_task_retry_policies:
  charge: { maximum_attempts: 3, initial_interval: 0.1 }
  resume: { maximum_attempts: 2, initial_interval: 0.1 }
`,
  });
  const project = await fixtureProject(config, WORKFLOWS, SCRIPT);
  project.write('activities.ts', ACTIVITIES);
  project.write('money/rate.ts', 'export const rate: number = 100;\n');
  return project;
}
