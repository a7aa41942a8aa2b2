import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import type { Project } from '../project.js';

const WORKFLOWS = `
import { condition, defineSignal, setHandler, sleep } from '@temporalio/workflow';
import { activities, Agent, waitForHumanInput } from 'mcpa/workflow';

interface Order {
  /** What is ordered. */
  item: string;
  count?: number;
}

/** Takes an order. */
export async function OrderWorkflow(order: Order): Promise<{ item: string; count: number }> {
  return { item: order.item, count: order.count ?? 1 };
}

/** Lets a model work with a tool. */
export async function WorkWorkflow(task: string, times = 1): Promise<string> {
  await using agent = new Agent({ name: 'worker', instruction: 'Work.', serverNames: ['fixture'] });
  return (await agent.generateStr(task)) + ' x' + times;
}

/** Asks a person twice. */
export async function AskWorkflow(topic: string): Promise<string> {
  const colour = await waitForHumanInput('Which colour for ' + topic + '?', { choices: ['red', 'blue'] });
  const size = await waitForHumanInput('Which size?');
  return topic + ': ' + colour + ', ' + size;
}

/** Waits until it is told to go on. */
export async function WaitWorkflow(): Promise<string> {
  let word: string | undefined;
  setHandler(defineSignal<[string]>('go'), (said) => { word = said; });
  await condition(() => word !== undefined);
  return 'went: ' + word;
}

/** A tool of a server asks: a form, and then whether it is sure. */
export async function BookWorkflow(): Promise<unknown> {
  await using agent = new Agent({ name: 'booker', instruction: 'Book.', serverNames: ['asking'] });
  const { content } = await agent.callTool('asking', 'book');
  return JSON.parse((content[0] as { text: string }).text);
}

/** Runs an activity that prints. */
export async function NoisyWorkflow(): Promise<string> {
  return activities<{ noisy(): Promise<string> }>().noisy();
}

/** As a library makes it: only running it would tell. */
export const FailWorkflowInput = Object({ type: 'object' });

/** Fails. */
export async function FailWorkflow(): Promise<void> {
  throw new Error('the paper is out');
}

/** Asks whether a tool may be called. */
export async function ApproveWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'careful', instruction: 'Work.', serverNames: ['guarded'] });
  return agent.generateStr('write it');
}
`;

const ACTIVITIES = `
/** Prints, as code of projects does. */
export async function noisy(): Promise<string> {
  console.log('{"jsonrpc":"2.0","id":1,"result":"of an activity"}');
  process.stdout.write('no line end');
  return 'printed';
}
`;

const SCRIPT = `
turns:
  - when: { tool: echo }
    say: "{{last}}"
  - when: { contains: write }
    tools: [{ tool: echo, args: { text: written } }]
  - when: { contains: echo }
    tools: [{ tool: echo, args: { text: hello } }]
`;

/** A project whose workflows do what tests of the served tools need. */
export async function servedProject(): Promise<Project> {
  const guarded = `
    guarded: { command: node, args: ["{{fixtures}}/modern-server.mjs"], approve: always }
    asking: { command: node, args: ["{{fixtures}}/asking-server.mjs"] }
`;
  const project = await fixtureProject(fixtureConfig({ servers: guarded }), WORKFLOWS, SCRIPT);
  project.write('activities.ts', ACTIVITIES);
  return project;
}
