import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import type { Project } from '../project.js';

const WORKFLOWS = `
import { Agent, UnknownAgentError } from 'mcpa/workflow';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

/** One agent at once, another after a signal. */
export async function WriteWorkflow(): Promise<string> {
  let go = false;
  setHandler(defineSignal('go'), () => { go = true; });
  const writer = await Agent.fromConfig('writer');
  const first = await writer.generateStr('write');
  await condition(() => go);
  const editor = await Agent.fromConfig('editor', { name: 'second', serverNames: [] });
  return [first, await editor.generateStr('edit')].join(', ');
}

export async function AskWorkflow(name: string): Promise<string> {
  await using agent = await Agent.fromConfig(name);
  return agent.generateStr('write');
}

export async function KnownWorkflow(name: string): Promise<string[]> {
  try {
    await Agent.fromConfig(name);
    return [];
  } catch (error) {
    if (error instanceof UnknownAgentError) return error.known;
    throw error;
  }
}
`;

const SCRIPT = `
turns:
  - when: { contains: write }
    say: written
  - when: { contains: edit }
    say: edited
`;

/** The agent in the config, with the options that a definition has. */
export const configOf = (instruction: string) =>
  fixtureConfig({
    more: `agents:
  definitions:
    - name: writer
      instruction: ${instruction}
      server_names: [fixture]
      model: scripted
      max_iterations: 1
      human_input: true
`,
  });

export const EDITOR = '.mcp-agent/agents/editor.md';
export const editorOf = (instruction: string) =>
  `---\nname: editor\ndescription: Edits.\nserver_names: [fixture]\n---\n\n${instruction}\n`;

/** A project with an agent in its config and one in a file. */
export async function agentsProject(): Promise<Project> {
  const project = await fixtureProject(configOf('Write.'), WORKFLOWS, SCRIPT);
  project.write(EDITOR, editorOf('Edit.'));
  return project;
}
