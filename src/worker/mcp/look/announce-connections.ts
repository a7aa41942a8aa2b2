import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { McpConnection } from './connection-report.js';

const ANSWER_MS = 2_000;

/** A connection of a worker of this project. */
export interface WorkerMcpConnection extends McpConnection {
  /** Process id of the worker. */
  worker: number;
}

const folderOf = (projectDir: string) => join(projectDir, '.mcpa', 'mcp');

/**
 * Tells who asks which servers this process is connected to, until disposed. By a socket, which closes with the
 * process: a file would name processes of a worker that was killed, and their ids may be another's by now.
 */
export async function announceConnections(
  projectDir: string,
  report: () => McpConnection[],
): Promise<AsyncDisposable> {
  // The path of a socket may have 100 characters at most.
  const dir = await mkdtemp(join(tmpdir(), 'mcpa-mcp-'));
  const path = join(dir, 'socket');
  const pointer = join(folderOf(projectDir), randomBytes(6).toString('hex'));
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(JSON.stringify({ worker: process.pid, connections: report() }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  await mkdir(folderOf(projectDir), { recursive: true });
  await writeFile(pointer, path);
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      await rm(pointer, { force: true });
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The live connections of this project's workers on this machine, sessions of runs among them. */
export async function mcpConnections(projectDir: string): Promise<WorkerMcpConnection[]> {
  const folder = folderOf(projectDir);
  const pointers = (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  const all = await Promise.all(pointers.map(connectionsOf));
  return all.flat().sort((a, b) => a.worker - b.worker || (a.since ?? '').localeCompare(b.since ?? ''));
}

async function connectionsOf(pointer: string): Promise<WorkerMcpConnection[]> {
  const path = await readFile(pointer, 'utf8').catch(() => '');
  const said = path === '' ? undefined : await ask(path);
  if (said === 'dead') await rm(pointer, { force: true });
  if (said === undefined || said === 'dead') return [];
  const { worker, connections } = JSON.parse(said) as { worker: number; connections: McpConnection[] };
  return connections
    .filter(({ state }) => state === 'ready' || state === 'connecting')
    .map((connection) => ({ ...connection, worker }));
}

/** What the worker says; undefined when it says nothing in time. */
function ask(path: string): Promise<string | 'dead' | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let said = '';
    const timer = setTimeout(() => socket.destroy(), ANSWER_MS);
    socket.on('error', () => resolve('dead'));
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    socket.on('end', () => resolve(said));
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
