import { basename } from 'node:path';
import { takeConfig } from './config-file.js';
import { type ProjectFile, projectFiles } from './project-files.js';
import { type Found, type Module, readModule } from './python/declarations.js';
import { readSource } from './source-files.js';
import { activitiesFile } from './translate/activities-file.js';
import { shorten } from './translate/scope.js';
import { workflowFile } from './translate/workflow-file.js';

export interface TakenOver {
  files: ProjectFile[];
  workflows: string[];
  notes: string[];
}

/** An mcp-agent project as one of mcpa's: its config, secrets, agents, and a stub for each workflow. */
export async function takeOver(source: string, values: { name: string; mcpa: string }): Promise<TakenOver> {
  const given = await readSource(source);
  const modules = given.python.map(([path, text]) => readModule(path, text));
  const all = modules.flatMap((module) => module.found.map((found) => [found, module] as [Found, Module]));
  const tasks = all.filter(([found]) => found.kind === 'task');
  const taskNames = new Set(tasks.map(([found]) => found.run.name));
  const files: ProjectFile[] = [];
  const notes: string[] = [];
  const workflows: string[] = [];
  // What stands around `app.run()` is a client wherever the module has workflows.
  const scripted = (found: Found, module: Module) =>
    found.kind !== 'script' || module.found.every(({ kind }) => kind === 'script');
  for (const [found, module] of all) {
    if (found.kind === 'task' || !scripted(found, module)) continue;
    const stub = workflowFile(found, module, taskNames);
    if (workflows.includes(stub.name)) {
      notes.push(`${module.file}:${found.firstLine}: left out: there is a workflow ${stub.name} already`);
      continue;
    }
    workflows.push(stub.name);
    files.push({ path: `workflows/${kebab(stub.name)}.ts`, text: stub.text });
    if (found.kind !== 'workflow')
      notes.push(`${module.file}:${found.firstLine}: ${found.name} became the workflow ${stub.name}`);
    for (const { line, python, reason } of stub.notes)
      notes.push(`${module.file}${line === 0 ? '' : `:${line}`}: \`${shorten(python)}\`: ${reason}`);
  }
  if (tasks.length > 0) {
    const activities = activitiesFile(tasks);
    files.push({ path: 'activities.ts', text: activities.text });
    for (const { python, reason } of activities.notes) notes.push(`${python}: ${reason}`);
  }
  if (workflows.length === 0)
    notes.push('no workflow was found: write one in workflows/ (docs/from-mcp-agent.md)');
  const agents = given.agents.map(([path, text]) => {
    if (!path.startsWith('agents.')) return [path, text] as const;
    notes.push(`${path}: copied to .mcp-agent/agents/, where mcpa looks for agents`);
    return [`.mcp-agent/agents/${path}`, text] as const;
  });
  const servers = serversOf(files);
  const config = await takeConfig(
    { ...given, agents },
    values.name,
    workingFolderServers(given.python),
    servers,
  );
  files.push({ path: 'mcp_agent.config.yaml', text: config.config });
  if (config.secrets !== undefined)
    files.push({ path: 'mcp_agent.secrets.yaml', text: config.secrets, mode: 0o600 });
  if (given.dotEnv) notes.push('.env was not copied: mcpa reads the environment, not the file');
  for (const [path, text] of config.agents) files.push({ path, text });
  for (const [path, text] of config.refused) files.push({ path: `not-taken/${basename(path)}`, text });
  const every = [...config.notes, ...new Set(notes)];
  return { files: [...files, ...projectFiles(values, workflows, every)], workflows, notes: every };
}

/** `config.mcp.servers["filesystem"].args.extend([os.getcwd()])` */
function workingFolderServers(python: Array<[string, string]>): Set<string> {
  const pattern =
    /servers\[["'](\w+)["']\]\.args\.(?:extend|append)\(\[?\s*(?:os\.getcwd\(\)|str\(Path\.cwd\(\)\))/g;
  return new Set(python.flatMap(([, text]) => [...text.matchAll(pattern)].map(([, name]) => name!)));
}

function serversOf(files: ProjectFile[]): Set<string> {
  const lists = files.flatMap(({ text }) => [...text.matchAll(/^\s*serverNames: \[([^\]]*)\]/gm)]);
  return new Set(lists.flatMap(([, list]) => [...list!.matchAll(/'([^']+)'/g)].map(([, name]) => name!)));
}

const kebab = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/-?Workflow$/, '')
    .replace(/_/g, '-')
    .replace(/-$/, '')
    .toLowerCase() || 'workflow';
