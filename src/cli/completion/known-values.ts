import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/index.js';
import { type GlobalFlags, loadSettings } from '../settings.js';
import { PACKAGE_ROOT } from '../version.js';
import type { Candidate, Lookup } from './complete.js';

/** A key was pressed and someone waits: an engine that doesn't answer within this is left alone. */
const ENGINE_MS = 1_000;
const SHOWN = 50;

/** Names of the project, ids of the engine; nothing where either fails. */
export const knownValues: Lookup = async (kind, { command, flags }) => {
  try {
    switch (kind) {
      case 'shell':
        return ['bash', 'zsh', 'fish'].map((value) => ({ value }));
      case 'signal':
        return ['pause', 'resume'].map((value) => ({ value }));
      case 'template':
        return templates();
      case 'server':
        return Object.keys((await configOf(flags)).mcp.servers).map((value) => ({ value }));
      case 'workflow':
        return await workflowNames(await configOf(flags));
      default:
        return await runIds(command, await configOf(flags));
    }
  } catch {
    return [];
  }
};

async function configOf(flags: GlobalFlags): Promise<Config> {
  return (await loadSettings(flags)).config;
}

function templates(): Candidate[] {
  const folders = readdirSync(join(PACKAGE_ROOT, 'templates'), { withFileTypes: true });
  return folders.filter((each) => each.isDirectory()).map(({ name }) => ({ value: name }));
}

/** The modules by themselves: the worker's index would load all of Temporal. */
async function workflowNames(config: Config): Promise<Candidate[]> {
  const { readNewestManifest } = await import('./newest-manifest.js');
  const { projectDir, workflows: patterns } = config;
  const cached = readNewestManifest(projectDir);
  if (cached) return cached.map(({ name }) => ({ value: name }));
  const { discoverWorkflows } = await import('../../worker/bundle/source/discover.js');
  return (await discoverWorkflows({ projectDir, patterns })).map(({ name }) => ({ value: name }));
}

/** By command: those whose run must have ended, or may have. */
const STATUS: Record<string, string | undefined> = {
  result: "ExecutionStatus != 'Running'",
  retry: "ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated', 'Canceled')",
  describe: undefined,
  messages: undefined,
  tail: undefined,
  wait: undefined,
};

async function runIds(command: string, config: Config): Promise<Candidate[]> {
  const { connect, NO_HOSTS } = await import('../../client/index.js');
  await using app = await connect({ config });
  const { client, where } = app.open;
  const status = command in STATUS ? STATUS[command] : "ExecutionStatus = 'Running'";
  const queue = `TaskQueue = '${config.temporal.task_queue.replaceAll("'", "''")}'`;
  const page = await client.connection.withDeadline(Date.now() + ENGINE_MS, () =>
    client.workflowService.listWorkflowExecutions({
      namespace: where.namespace,
      query: [queue, NO_HOSTS, ...(status ? [status] : [])].join(' AND '),
      pageSize: SHOWN,
    }),
  );
  const ids = (page.executions ?? []).map(({ execution, type }) => ({
    value: execution?.workflowId ?? '',
    text: type?.name ?? '',
  }));
  return [...ids, { value: '@last', text: 'the run last started from this project' }];
}
