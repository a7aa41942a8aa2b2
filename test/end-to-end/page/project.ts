import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { start } from '../processes.js';
import { type Command, Project, repository } from '../project.js';

/** The folder that docs/temporal.md shows. */
export const examples = join(repository, 'examples/temporal');

/** An example's source, for tests that put it into a project of their own. */
export const example = (path: string) => readFileSync(join(examples, path), 'utf8');

/** The examples beside the quick start's project, as a user has them; the fetch server may read the test's site. */
export async function pageProject(site = '127.0.0.1:1'): Promise<Project> {
  const project = await Project.create();
  cpSync(examples, project.dir, { recursive: true });
  installMcpa(join(project.dir, 'node_modules'));
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

/** What `npm install` leaves: the packages, mcpa among them, and their commands. */
function installMcpa(modules: string): void {
  const real = join(repository, 'node_modules');
  rmSync(modules);
  mkdirSync(join(modules, '.bin'), { recursive: true });
  for (const name of readdirSync(real)) {
    if (!name.startsWith('.')) symlinkSync(join(real, name), join(modules, name));
  }
  symlinkSync(repository, join(modules, 'mcpa'));
  symlinkSync(join(repository, 'bin/mcpa-fetch.js'), join(modules, '.bin/mcpa-fetch'));
  symlinkSync(join(real, '.bin/mcp-server-filesystem'), join(modules, '.bin/mcp-server-filesystem'));
}
