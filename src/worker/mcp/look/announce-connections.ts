import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { announce, forget, forgetKilled, listen } from '../../beacon.js';
import type { McpConnection } from './connection-report.js';

/** A connection of a worker of this project. */
export interface WorkerMcpConnection extends McpConnection {
  /** Process id of the worker. */
  worker: number;
}

const folderOf = (projectDir: string) => join(projectDir, '.mcpa', 'mcp');

interface Said {
  worker: number;
  connections: McpConnection[];
}

/** Tells who asks which servers this process is connected to, until disposed. */
export async function announceConnections(
  projectDir: string,
  report: () => McpConnection[],
): Promise<AsyncDisposable> {
  const folder = folderOf(projectDir);
  const beacon = await announce(folder, '', (): Said => ({ worker: process.pid, connections: report() }));
  void forgetKilled(folder).catch(() => undefined);
  return {
    async [Symbol.asyncDispose]() {
      await rm(beacon.pointer, { force: true });
      await beacon[Symbol.asyncDispose]();
    },
  };
}

/** The live connections of this project's workers on this machine, sessions of runs among them. */
export async function mcpConnections(projectDir: string): Promise<WorkerMcpConnection[]> {
  const { living, dead } = await listen(folderOf(projectDir), '');
  await Promise.all(dead.map(forget));
  for (const each of living) each[Symbol.dispose]();
  return living
    .flatMap(({ said }) => connectionsOf(said as Said))
    .sort((a, b) => a.worker - b.worker || (a.since ?? '').localeCompare(b.since ?? ''));
}

function connectionsOf({ worker, connections }: Said): WorkerMcpConnection[] {
  return connections
    .filter(({ state }) => state === 'ready' || state === 'connecting')
    .map((connection) => ({ ...connection, worker }));
}
