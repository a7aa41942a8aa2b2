import { Project } from './project.js';

/** The config of a project whose one MCP server is the fixture, which notes its effects outside. */
export function fixtureConfig({ temporal = '', servers = '', more = '' } = {}): string {
  return `
execution_engine: temporal
temporal: { heartbeat_seconds: 1${temporal} }
mcp:
  servers:
    fixture:
      command: node
      args: ["{{fixtures}}/modern-server.mjs"]
      env: { FIXTURE_LOG: "\${PROJECT}/effects.log" }
${servers}
model: scripted
scripted: { script: script.yaml }
${more}`;
}

/**
 * A project with that config, workflows in one file, and a script of the model; a new one for a test of what happens
 * while its first worker comes up.
 */
export async function fixtureProject(
  config: string,
  workflows: string,
  script: string,
  folder: 'new' | 'any' = 'any',
): Promise<Project> {
  const project = await Project.create('basic', folder === 'new' ? undefined : workflows);
  project.env.PROJECT = project.dir;
  project.write('mcp_agent.config.yaml', config);
  project.write('workflows/fixture.ts', workflows);
  project.write('script.yaml', script);
  project.write('effects.log', '');
  return project;
}
