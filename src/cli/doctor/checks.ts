import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { WorkerPresence } from '../../client/index.js';
import type { Config, McpServerConfig } from '../../config/index.js';
import { isMcpaError } from '../../core/index.js';
import { packageVersion } from '../version.js';
import { enginePace } from './engine-pace.js';
import { stateAttribute } from './state-attribute.js';

export interface Finding {
  check: string;
  state: 'good' | 'bad' | 'note';
  message: string;
  fix?: string;
}

/** Everything around the config: versions, workflow files, engine, workers, MCP servers, keys. */
export async function surroundings(config: Config, fix = false): Promise<Finding[]> {
  return [
    platform(),
    ...(await workflowFiles(config)),
    ...(await engineAndWorkers(config, fix)),
    ...Object.entries(config.mcp.servers).map(([name, server]) => mcpServer(name, server, config.projectDir)),
    model(config),
  ];
}

function platform(): Finding {
  const message = `mcpa ${packageVersion()}, Node ${process.version}, ${process.platform}-${process.arch}`;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    return { check: 'platform', state: 'bad', message, fix: 'use Node 20.19 or newer' };
  }
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  if (process.platform === 'linux' && !report?.header?.glibcVersionRuntime) {
    const fix = 'Temporal has no build for musl (Alpine): use a glibc image, for example node:22-slim';
    return { check: 'platform', state: 'bad', message, fix };
  }
  return { check: 'platform', state: 'good', message };
}

async function workflowFiles(config: Config): Promise<Finding[]> {
  if (config.files.length === 0) return [];
  const { discoverWorkflows } = await import('../../worker/bundle/source/discover.js');
  try {
    const found = await discoverWorkflows({ projectDir: config.projectDir, patterns: config.workflows });
    return [
      { check: 'workflows', state: 'good', message: found.map((workflow) => workflow.name).join(', ') },
    ];
  } catch (error) {
    return [failed('workflows', error)];
  }
}

async function engineAndWorkers(config: Config, fix: boolean): Promise<Finding[]> {
  const { connect, workerPresence } = await import('../../client/index.js');
  const { address, namespace, task_queue: queue } = config.temporal;
  try {
    await using app = await connect({ config });
    const presence = await workerPresence(app.open, queue);
    const engine: Finding = { check: 'engine', state: 'good', message: `${address}, namespace ${namespace}` };
    const worker = await workers(presence, queue);
    const pace = await enginePace(app, address);
    return [engine, await stateAttribute(app, fix), ...(pace === undefined ? [] : [pace]), worker];
  } catch (error) {
    return [failed('engine', error)];
  }
}

async function workers(presence: WorkerPresence, queue: string): Promise<Finding> {
  const { idleText, lastPollText } = await import('../../client/index.js');
  const check = 'worker';
  if (presence.idle) {
    const { problem, fix } = idleText(presence.idle);
    return { check, state: 'note', message: `task queue ${queue}: ${problem}`, fix };
  }
  const message = `task queue ${queue}: ${lastPollText(presence)}`;
  if (presence.pollers.length > 0) return { check, state: 'good', message };
  return { check, state: 'note', message, fix: 'mcpa worker, or mcpa dev' };
}

function mcpServer(name: string, server: McpServerConfig, projectDir: string): Finding {
  const check = 'mcp';
  if (server.transport !== 'stdio')
    return { check, state: 'note', message: `${name}: ${server.url} (asked at first use)` };
  const command = server.command ?? '';
  const path = findCommand(command, [server.cwd, projectDir], server.env.PATH ?? process.env.PATH ?? '');
  if (path) return { check, state: 'good', message: `${name}: ${path}` };
  const fix = `install it (npm install in ${projectDir}), or correct mcp.servers.${name}.command`;
  return {
    check,
    state: server.optional ? 'note' : 'bad',
    message: `${name}: command "${command}" was not found`,
    fix,
  };
}

/** As the worker looks: the project's own node_modules/.bin first, then the PATH. */
function findCommand(command: string, folders: string[], path: string): string | undefined {
  const bins = folders.map((folder) => join(folder, 'node_modules/.bin', command));
  const candidates = command.includes('/')
    ? [isAbsolute(command) ? command : join(folders[0] ?? '.', command)]
    : [...bins, ...path.split(delimiter).map((folder) => join(folder, command))];
  return candidates.find((file) => existsSync(file) && isExecutable(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function model(config: Config): Finding {
  const provider = config.model?.split(':')[0];
  const keys = { anthropic: config.anthropic, openai: config.openai };
  const chosen =
    provider ?? (hasKey(keys.anthropic) ? 'anthropic' : hasKey(keys.openai) ? 'openai' : 'scripted');
  if (chosen === 'anthropic' || chosen === 'openai') {
    if (hasKey(keys[chosen])) return { check: 'model', state: 'good', message: config.model ?? chosen };
    const fix = `set ${chosen.toUpperCase()}_API_KEY, or ${chosen}.api_key in mcp_agent.secrets.yaml`;
    return { check: 'model', state: 'bad', message: `${chosen} has no key`, fix };
  }
  if (config.scripted.script)
    return { check: 'model', state: 'good', message: `scripted: ${config.scripted.script}` };
  return {
    check: 'model',
    state: 'bad',
    message: 'no model is configured',
    fix: 'set ANTHROPIC_API_KEY or OPENAI_API_KEY',
  };
}

const hasKey = (provider: Config['anthropic']) => Boolean(provider.api_key || provider.base_url);

function failed(check: string, error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  return {
    check,
    state: 'bad',
    message,
    ...(isMcpaError(error) && error.hint !== undefined && { fix: error.hint }),
  };
}
