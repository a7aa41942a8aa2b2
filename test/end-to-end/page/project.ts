import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from '../processes.js';
import { type Command, Project, repository } from '../project.js';
import { linkPackages } from '../templates/scaffold.js';

/** The folder that docs/temporal.md shows. */
export const examples = join(repository, 'examples/temporal');

/** An example's source, for tests that put it into a project of their own. */
export const example = (path: string) => readFileSync(join(examples, path), 'utf8');

/** The examples beside the quick start's project, as a user has them; the fetch server may read the test's site. */
export async function pageProject(site = '127.0.0.1:1'): Promise<Project> {
  const project = await Project.create('basic', examples);
  cpSync(examples, project.dir, { recursive: true });
  linkPackages(project.dir);
  project.write(
    'mcp_agent.config.yaml',
    example('mcp_agent.config.yaml')
      .replace(
        'command: mcpa-fetch',
        `command: mcpa-fetch\n      env: { MCPA_FETCH_ALLOW_PRIVATE: "${site}" }`,
      )
      .replace('temporal:\n', 'temporal:\n  heartbeat_seconds: 1\n'),
  );
  return project;
}

/** A script of the project's own, run by Node. */
export function script(project: Project, file: string): Command {
  return start(process.execPath, [file], project.dir, project.env);
}
