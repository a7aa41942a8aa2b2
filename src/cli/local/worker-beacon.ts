import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/index.js';

/** A worker of this project that another process keeps. */
export interface FoundWorker extends Disposable {
  /** Resolves when it ends, is drained or is killed. */
  gone: Promise<void>;
}

const HELLO_MS = 2000;

const folderOf = (config: Config) => join(config.projectDir, '.mcpa', 'workers');

/** What must be the same for one worker to serve another command's run. */
function placeOf({ temporal: { address, namespace, task_queue } }: Config): string {
  return JSON.stringify([address, namespace, task_queue]);
}

/**
 * Says that this process keeps a worker, until disposed. A socket and not a process id: the system closes it with the
 * process, `kill -9` included, and no other process can take its place. The poller list of Temporal can't say this:
 * it keeps a dead worker's long poll for a minute.
 */
export async function announceWorker(config: Config): Promise<AsyncDisposable> {
  // In the system's folder for short-lived files, since the path of a socket may have 100 characters at most.
  const dir = await mkdtemp(join(tmpdir(), 'mcpa-worker-'));
  const path = join(dir, 'socket');
  const pointer = join(folderOf(config), randomBytes(6).toString('hex'));
  const listeners = new Set<Socket>();
  const server = createServer((socket) => {
    listeners.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => listeners.delete(socket));
    socket.write(`${placeOf(config)}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  await mkdir(folderOf(config), { recursive: true });
  await writeFile(pointer, path);
  return {
    async [Symbol.asyncDispose]() {
      await rm(pointer, { force: true });
      server.close();
      for (const socket of listeners) socket.destroy();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Whether it is worth asking: what was announced may have died since. */
export async function mayBeServed(config: Config): Promise<boolean> {
  return (await readdir(folderOf(config)).catch(() => [])).length > 0;
}

/** A live worker that serves the same task queue of the same engine; undefined when there is none. */
export async function findWorker(config: Config): Promise<FoundWorker | undefined> {
  const folder = folderOf(config);
  for (const name of await readdir(folder).catch(() => [])) {
    const pointer = join(folder, name);
    const path = await readFile(pointer, 'utf8').catch(() => '');
    const found = path === '' ? undefined : await ask(path, placeOf(config));
    if (found === 'dead') await rm(pointer, { force: true });
    else if (found) return found;
  }
  return undefined;
}

/** Undefined when it serves another place, or does not say which. */
function ask(path: string, place: string): Promise<FoundWorker | 'dead' | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const gone = new Promise<void>((done) => socket.once('close', () => done()));
    const end = (answer: 'dead' | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(undefined), HELLO_MS);
    socket.on('error', () => end('dead'));
    void gone.then(() => end(undefined));
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (!said.endsWith('\n')) return;
      if (said !== `${place}\n`) return end(undefined);
      clearTimeout(timer);
      socket.unref();
      resolve({ gone, [Symbol.dispose]: () => socket.destroy() });
    });
  });
}
