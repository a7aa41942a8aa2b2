import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import type { Finished, Project } from '../project.js';

/** Stands in everything that a run says, so that one search of a history finds what is readable. */
export const PLAIN = 'plain-words-of-a-person';

const WORKFLOWS = `
import { Agent, waitForHumanInput } from 'mcpa/workflow';
import { condition, continueAsNew, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';

export async function AskWorkflow(input: string): Promise<string> {
  let said = '';
  setHandler(defineSignal('say'), (text: string) => { said = text; });
  setHandler(defineQuery('said'), () => said);
  setHandler(defineUpdate('shout'), (text: string) => text.toUpperCase());
  await using agent = new Agent({ name: 'asker', instruction: 'Be brief about ${PLAIN}.', serverNames: ['fixture'] });
  const text = await agent.generateStr(input);
  return text + ' ' + (await waitForHumanInput('Is ${PLAIN} right?'));
}

export async function FailWorkflow(input: string): Promise<string> {
  const agent = new Agent({ name: 'failer', instruction: '', serverNames: ['fixture'] });
  await agent.callTool('fixture', 'echo', { text: input });
  throw new Error('broken: ' + input);
}

/** The pause and an answer that came early go over to the run that continues. */
export async function ChainWorkflow(round: number): Promise<string> {
  if (round > 0) return waitForHumanInput('and?');
  let go = false;
  setHandler(defineSignal('go'), () => { go = true; });
  await condition(() => go);
  return continueAsNew<typeof ChainWorkflow>(1);
}

export async function BigWorkflow(input: string): Promise<string> {
  return input;
}
`;

const SCRIPT = `
turns:
  - say: calling
    tools: [{ tool: echo, args: { text: ${PLAIN} } }]
  - say: the answer of ${PLAIN}
`;

export const newKey = () => randomBytes(32).toString('base64');

/** A project whose keys are in the environment: \`MCPA_ENCRYPTION_KEYS\`. */
export async function encryptedProject(keys: Record<string, string>, temporal = ''): Promise<Project> {
  const project = await fixtureProject(fixtureConfig({ temporal }), WORKFLOWS, SCRIPT);
  project.env.MCPA_ENCRYPTION_KEYS = keysText(keys);
  return project;
}

export function keysText(keys: Record<string, string>): string {
  return Object.entries(keys)
    .map(([id, key]) => `${id}:${key}`)
    .join(',');
}

/** Everything that the engine has of a run, as text: names, numbers apart, and payloads as they stand there. */
export async function engineKnows(project: Project, workflowId: string): Promise<string> {
  const connection = await Connection.connect({ address: project.env.TEMPORAL_ADDRESS as string });
  try {
    const { events } = await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
    const run = { namespace: 'default', execution: { workflowId } };
    return textsOf([events, await connection.workflowService.describeWorkflowExecution(run)]).join('\n');
  } finally {
    await connection.close();
  }
}

function textsOf(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node !== 'object' || node === null) return [];
  if (ArrayBuffer.isView(node))
    return [Buffer.from(node.buffer, node.byteOffset, node.byteLength).toString()];
  return Object.entries(node).flatMap(([key, value]) => [key, ...textsOf(value)]);
}

/** A command of someone whose keys are other ones, or none. */
export function withKeys(
  project: Project,
  keys: Record<string, string> | undefined,
  args: string[],
): Promise<Finished> {
  const { MCPA_ENCRYPTION_KEYS: _, MCPA_ENCRYPTION_ACTIVE_KEY: __, ...env } = project.env;
  if (keys !== undefined) env.MCPA_ENCRYPTION_KEYS = keysText(keys);
  return project.mcpa(args, project.dir, env).done;
}
