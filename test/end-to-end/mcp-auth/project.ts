import { expect } from 'vitest';
import { type AuthServer, visit } from '../../worker/mcp/auth-server.js';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import type { Command, Finished, Project } from '../project.js';

const SCRIPT = `
turns:
  - when: { contains: xxxx }
    say: "read"
  - when: { tool: mine }
    say: "{{last}}"
  - when: { contains: mine }
    tools: [{ tool: mine }]
  - when: { tool: whoami }
    say: "{{last}}"
  - when: { tool: leak }
    say: "told"
  - when: { contains: leak }
    tools: [{ tool: leak }]
  - when: { contains: who }
    tools: [{ tool: whoami }]
`;

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

const guest = () => new Agent({ name: 'guest', instruction: 'Ask.', serverNames: ['guarded'] });
const textOf = (result: { content: unknown[] }) => (result.content[0] as { text: string }).text;

export async function AskWorkflow(prompt: string): Promise<string> {
  return guest().generateStr(prompt);
}

export async function TenantWorkflow(): Promise<string[]> {
  let open = false;
  setHandler(defineSignal('go'), () => { open = true; });
  const agent = new Agent({ name: 'tenant', instruction: 'Ask.', serverNames: ['tenant'] });
  const first = textOf(await agent.callTool('tenant', 'mine'));
  await condition(() => open);
  return [first, await agent.generateStr('mine, please'), textOf(await agent.callTool('tenant', 'mine'))];
}

/** Its agent moves to a run of its own after the first answer. */
export async function MovedWorkflow(): Promise<string> {
  const agent = new Agent({ name: 'moved', instruction: 'Ask.', serverNames: ['tenant'] });
  await agent.generateStr('x'.repeat(60_000));
  return agent.generateStr('mine, please');
}

/** A call, a wait for a word, and then several calls at once. */
export async function CallsWorkflow(many = 1): Promise<string[]> {
  let open = false;
  setHandler(defineSignal('go'), () => { open = true; });
  const agent = guest();
  const first = textOf(await agent.callTool('guarded', 'whoami'));
  await condition(() => open);
  const calls = Array.from({ length: many }, () => guest().callTool('guarded', 'whoami').then(textOf));
  return [first, ...(await Promise.all(calls))];
}
`;

/** A project whose runs each have an identity of their own with the server: the word before the dash of their id. */
export const ACTIVITIES = `
import { readFileSync } from 'node:fs';

export async function identityOf({ workflowId, workflowType, server }: { workflowId: string; workflowType: string; server: string }) {
  const tokens = JSON.parse(readFileSync(process.env.PROJECT + '/tokens.json', 'utf8')) as Record<string, string>;
  return { authorization: 'Bearer ' + tokens[workflowId.split('-')[0] + ' ' + workflowType + ' ' + server] };
}
`;

/** A project with one guarded server; logins are kept in its folder, as those of a user of their own. */
export async function guardedProject(auth: AuthServer, server = ''): Promise<Project> {
  const servers = `    guarded:\n      url: "${auth.url}"\n${server}`;
  const project = await fixtureProject(
    fixtureConfig({ servers, more: 'agents: { move_at_kb: 48 }\n' }),
    WORKFLOWS,
    SCRIPT,
  );
  project.env.XDG_DATA_HOME = `${project.dir}/.data`;
  project.write('activities.ts', ACTIVITIES);
  return project;
}

/** `mcpa mcp login` with a person at the browser. */
export async function logIn(project: Project, args: string[] = []): Promise<Finished> {
  const command = project.mcpa(['mcp', 'login', 'guarded', ...args]);
  await visit(await addressOf(command));
  const done = await command.done;
  expect(done.status, done.stderr).toBe(0);
  return done;
}

export async function addressOf(command: Command): Promise<string> {
  const [, address = ''] = await command.output(/visit\n {2}(http\S+)\n/);
  return address;
}
