import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../../config/index.js';
import { localPort } from '../../local/local-engine.js';

/** What a `dev` tells others about its worker versions. */
export interface DevVersions {
  /** Build id of the worker that gets new runs. */
  current: string;
  /** Build ids of all its workers. */
  builds: string[];
}

/** Another process that keeps worker versions on the same task queue of the same engine. */
export interface LivingDev extends DevVersions, Disposable {
  /** Resolves when it ends or is killed. */
  gone: Promise<void>;
}

export interface DevBeacon extends AsyncDisposable {
  /** The versions are set back. */
  forget(): Promise<void>;
}

export interface FoundDevs {
  living: LivingDev[];
  /** Where a `dev` left its mark and didn't come to set the versions back. */
  dead: string[];
}

const HELLO_MS = 2_000;

/** Where files that begin with `mark` stand for those of one task queue of an engine on this machine, whichever project asks. */
async function placeOf({ temporal }: Config): Promise<{ folder: string; mark: string } | undefined> {
  const port = localPort(temporal.address);
  if (port === undefined) return undefined;
  const { engineCache } = await import('../../../engine/index.js');
  const place = JSON.stringify([port, temporal.namespace, temporal.task_queue]);
  const mark = createHash('sha256').update(place).digest('hex').slice(0, 16);
  return { folder: join(engineCache(process.env), 'devs'), mark };
}

/**
 * Says that this process keeps worker versions, until disposed; what it says is asked for anew each time. By a socket, which the
 * system closes with the process. The file that names it stays until the versions are set back: it is the mark by which who comes
 * next knows that they must be.
 */
export async function announceDev(config: Config, say: () => DevVersions): Promise<DevBeacon> {
  const at = await placeOf(config);
  if (!at) throw new Error(`${config.temporal.address} is not on this machine`);
  await mkdir(at.folder, { recursive: true });
  // The path of a socket may have 100 characters at most.
  const dir = await mkdtemp(join(tmpdir(), 'mcpa-dev-'));
  const path = join(dir, 'socket');
  const listeners = new Set<Socket>();
  const server = createServer((socket) => {
    listeners.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => listeners.delete(socket));
    socket.write(`${JSON.stringify(say())}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  const pointer = join(at.folder, `${at.mark}-${randomBytes(6).toString('hex')}`);
  await writeFile(pointer, path);
  return {
    forget: () => rm(pointer, { force: true }),
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of listeners) socket.destroy();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** All that keep, or kept, worker versions for this task queue. */
export async function findDevs(config: Config): Promise<FoundDevs> {
  const found: FoundDevs = { living: [], dead: [] };
  const at = await placeOf(config);
  if (!at) return found;
  for (const name of await readdir(at.folder).catch(() => [])) {
    if (!name.startsWith(at.mark)) continue;
    const pointer = join(at.folder, name);
    const path = await readFile(pointer, 'utf8').catch(() => '');
    const answer = path === '' ? undefined : await ask(path);
    if (answer === 'dead') found.dead.push(pointer);
    else if (answer) found.living.push(answer);
  }
  return found;
}

/** Undefined when it says nothing in time. */
function ask(path: string): Promise<LivingDev | 'dead' | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const gone = new Promise<void>((done) => socket.once('close', () => done()));
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(undefined);
    }, HELLO_MS);
    const dead = () => {
      clearTimeout(timer);
      resolve('dead');
    };
    socket.on('error', dead);
    void gone.then(dead);
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (!said.endsWith('\n')) return;
      clearTimeout(timer);
      socket.unref();
      resolve({ ...(JSON.parse(said) as DevVersions), gone, [Symbol.dispose]: () => socket.destroy() });
    });
  });
}
