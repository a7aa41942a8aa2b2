import type { RunHandle } from '../../../src/client/index.js';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import type { Project } from '../project.js';

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** Calls a tool directly; the text of its result, or the type of its failure. */
export async function CallWorkflow(server: string, tool: string, args = {}): Promise<string> {
  const agent = new Agent({ name: 'caller', instruction: '', serverNames: [server] });
  try {
    const { content, isError } = await agent.callTool(server, tool, args);
    const text = content[0]?.type === 'text' ? content[0].text : '';
    return isError ? 'error: ' + text : text;
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : undefined;
    if (!(cause instanceof ApplicationFailure)) throw error;
    return 'thrown: ' + cause.type;
  }
}

/** The model calls the tool that the prompt names. */
export async function ModelWorkflow(server: string, tool: string): Promise<string> {
  await using agent = new Agent({ name: 'asker', instruction: '', serverNames: [server] });
  return agent.generateStr('use ' + tool);
}
`;

const SCRIPT = `
turns:
  - when: { contains: "Which seat?" }
    say: left
    usage: { input: 30, output: 3 }
conversations:
  asker:
    - when: { contains: "use build" }
      tools: [{ tool: build, args: {} }]
    - when: { contains: "use forgotten" }
      tools: [{ tool: forgotten, args: {} }]
    - when: { contains: "use slow" }
      tools: [{ tool: slow, args: {} }]
    - say: "The tool said: {{last}}"
`;

/** A fixture server whose tasks outlive it. */
const server = (name: string, env: string, more = '') => `
    ${name}:
      command: node
      args: ["{{fixtures}}/tasking-server.mjs"]
      env: { FIXTURE_LOG: "\${PROJECT}/effects.log", ${env} }
      sampling: auto
${more}`;
const KEPT = 'FIXTURE_TASKS: "${PROJECT}/tasks"';

/** Servers of protocol 2026 whose tools answer with tasks; what they do leaves a line in \`effects.log\`. */
export const SERVERS = [
  server('tasking', KEPT),
  // Between two looks an attempt would hold its worker for too long.
  server('rare', `${KEPT}, FIXTURE_POLL: "12000"`),
  server('kept', 'FIXTURE_X: ""', '      session: stateful\n'),
  server('hasty', KEPT, '      tasks: { timeout_seconds: 2 }\n'),
  server('none', KEPT, '      tasks: off\n'),
].join('');

export function taskingProject(more = ''): Promise<Project> {
  return fixtureProject(fixtureConfig({ servers: SERVERS + more }), WORKFLOWS, SCRIPT);
}

/** How often a line stands in the log of effects. */
export function effects(project: Project, line: string): number {
  return project
    .read('effects.log')
    .split('\n')
    .filter((each) => each === line).length;
}

/** Types of the events that a run's history has. */
export async function historyOf(handle: RunHandle<unknown>): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of handle.events()) types.push(type);
  return types;
}
