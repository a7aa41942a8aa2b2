import { join } from 'node:path';
import { expect } from 'vitest';
import type { Question, RunHandle } from '../../../src/client/index.js';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import { start } from '../processes.js';
import { type Command, type Project, repository } from '../project.js';

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';

/** Calls a tool directly; the text of its result. */
export async function CallWorkflow(server: string, tool: string): Promise<string> {
  const agent = new Agent({ name: 'caller', instruction: '', serverNames: [server] });
  const { content, isError } = await agent.callTool(server, tool);
  const text = content[0]?.type === 'text' ? content[0].text : '';
  return isError ? 'error: ' + text : text;
}

/** The same, by an agent that has a run of its own from its second call on where \`move_at_kb\` is small. */
export async function MovedWorkflow(server: string): Promise<string> {
  await using agent = new Agent({ name: 'mover', instruction: '', serverNames: [server] });
  await agent.generateStr('are you ready?'.padEnd(20_000));
  return agent.generateStr('book');
}

/** Calls a tool several times at once. */
export async function CrowdWorkflow(server: string, tool: string, calls: number): Promise<string[]> {
  const agents = Array.from({ length: calls }, (_, at) => new Agent({ name: 'caller ' + at, instruction: '', serverNames: [server] }));
  const results = await Promise.all(agents.map((agent) => agent.callTool(server, tool)));
  return results.map(({ content }) => (content[0]?.type === 'text' ? content[0].text : ''));
}

/** The model calls the tool. */
export async function ModelWorkflow(server: string): Promise<string> {
  await using agent = new Agent({ name: 'asker', instruction: '', serverNames: [server] });
  return agent.generateStr('book');
}
`;

const SCRIPT = `
turns:
  - when: { contains: "Which seat?" }
    say: left
conversations:
  mover:
    - say: ready
    - tools: [{ tool: book, args: {} }]
    - say: "{{last}}"
  asker:
    - tools: [{ tool: book, args: {} }]
    - say: "The tool said: {{last}}"
`;

/** A fixture server; `more` are further keys of it, or of its environment. */
export const server = (script: string, more = '') => `
      command: node
      args: ["{{fixtures}}/${script}"]
      env: { FIXTURE_LOG: "\${PROJECT}/effects.log" ${more.includes('env:') ? more.slice(4) : ''} }
${more.includes('env:') ? '' : more}`;

/** Servers of both eras whose tools ask; what they do leaves a line in \`effects.log\`. */
export const SERVERS = `
    asking: ${server('asking-server.mjs')}
    late: ${server('asking-server.mjs', 'env:, FIXTURE_STATE_TTL: "1"')}
    limited: ${server('asking-server.mjs', '      elicitation: { timeout_seconds: 0.3, max_rounds: 2 }')}
    mute: ${server('asking-server.mjs', '      elicitation: off')}
    pushing: ${server('pushing-server.mjs')}
    hasty: ${server('pushing-server.mjs', '      elicitation: { timeout_seconds: 0.3, max_rounds: 2 }')}
    kept: ${server('pushing-server.mjs', '      session: stateful')}
    silent: ${server('pushing-server.mjs', '      elicitation: { policy: off }')}
`;

export function askingProject(servers = SERVERS, more = '', script = SCRIPT): Promise<Project> {
  return fixtureProject(fixtureConfig({ servers, more }), WORKFLOWS, script);
}

/** Those that `serve` starts. */
export function webServers(modern: number, legacy?: number): string {
  const over = (name: string, port: number) => `    ${name}: { url: "http://127.0.0.1:${port}/mcp" }\n`;
  return over('web', modern) + (legacy === undefined ? '' : over('oldweb', legacy));
}

/** A fixture server over HTTP; the caller ends it. */
export async function serve(project: Project, script: string, port: number): Promise<Command> {
  const path = join(repository, 'test/worker/mcp/fixtures', script);
  const env = { ...project.env, FIXTURE_PORT: String(port), FIXTURE_LOG: `${project.dir}/effects.log` };
  const http = start(process.execPath, [path], project.dir, env);
  await http.output(/http/);
  return http;
}

/** The run's open questions, once there are so many. */
export async function questionsOf(handle: RunHandle<unknown>, count = 1): Promise<Question[]> {
  await expect.poll(() => handle.questions(), { timeout: 30_000 }).toHaveLength(count);
  return handle.questions();
}
