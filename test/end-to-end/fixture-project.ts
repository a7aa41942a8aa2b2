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

/** A project with that config, workflows in one file, and a script of the model. */
export async function fixtureProject(config: string, workflows: string, script: string): Promise<Project> {
  const project = await Project.create('basic', workflows);
  project.env.PROJECT = project.dir;
  project.write('mcp_agent.config.yaml', config);
  project.write('workflows/fixture.ts', workflows);
  project.write('script.yaml', script);
  project.write('effects.log', '');
  return project;
}
