import { operateProject } from '../operate/project.js';
import type { Project } from '../project.js';

const WORKFLOWS = `
import { Agent, type AgentSnapshot, tool } from 'mcpa/workflow';
import { continueAsNew } from '@temporalio/workflow';

/** As many turns as the script has, then a second call on the same agent. */
export async function LongWorkflow(input: string): Promise<string[]> {
  await using agent = new Agent({
    name: 'long', instruction: '', serverNames: ['fixture'], humanInput: true, maxIterations: 2000,
    tools: [tool({ name: 'shout', schema: { type: 'object', properties: { text: { type: 'string' } } },
      run: ({ text }: { text: string }) => text.toUpperCase() + '!' })],
  });
  const first = await agent.generate(input);
  const second = await agent.generateStr('second');
  return [first.text, String(first.turns), second];
}

export async function ManyLongWorkflow(agents: number): Promise<string[]> {
  return Promise.all(Array.from({ length: agents }, async (_, n) => {
    await using agent = new Agent({ name: 'long', instruction: '', serverNames: ['fixture'], maxIterations: 2000 });
    return agent.generateStr('go ' + n);
  }));
}

/** Continues as new by itself, and takes its agent along. */
export async function SnapshotWorkflow(round: number, snapshot?: AgentSnapshot): Promise<string> {
  const agent = new Agent({ name: 'long', instruction: '', serverNames: ['fixture'], maxIterations: 2000 }, snapshot);
  const answer = await agent.generateStr('round ' + round);
  if (round < 3) await continueAsNew<typeof SnapshotWorkflow>(round + 1, agent.snapshot());
  return answer;
}

/** Two ways on from one long conversation. */
export async function ForkingWorkflow(input: string): Promise<string[]> {
  await using agent = new Agent({ name: 'long', instruction: '', serverNames: ['fixture'], maxIterations: 2000 });
  await agent.generateStr(input);
  await using other = agent.fork();
  return Promise.all([agent.generateStr('second'), other.generateStr('other way')]);
}

export async function CatchingWorkflow(input: string): Promise<string> {
  await using agent = new Agent({ name: 'long', instruction: '', serverNames: ['fixture'], maxIterations: 2000 });
  try {
    return await agent.generateStr(input);
  } catch (error) {
    return 'caught: ' + (error as Error).message + ', then ' + await agent.generateStr('second');
  }
}
`;

/** A project whose agents move to runs of their own soon: at 64 KB of history. */
export async function hostProject(script: string, moveAtKb = 64): Promise<Project> {
  const project = await operateProject(script);
  const config = project.read('mcp_agent.config.yaml');
  project.write('mcp_agent.config.yaml', `${config}agents: { move_at_kb: ${moveAtKb} }\n`);
  project.write('workflows/long.ts', WORKFLOWS);
  return project;
}

/** So many turns with a tool call each, whose results have 2 KB, then an answer. */
export function turnsScript(turns: number, extra = '', bytes = 2_000): string {
  const text = 'x'.repeat(bytes);
  const calls = Array.from(
    { length: turns },
    (_, n) => `    - tools: [{ tool: echo, args: { text: "${n} ${text}" } }]`,
  );
  return `
conversations:
  long:
    - when: { equals: second }
      say: "again"
    - when: { equals: other way }
      say: "another way"
    - when: { matches: "^round [23]$" }
      say: "this is {{last}} after {{input}}"
${calls.join('\n')}
${extra}
    - say: "done after ${turns}"
`;
}
