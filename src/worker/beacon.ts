import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** What this process says to the others of this machine; disposed: it says nothing any more. */
export interface Beacon extends AsyncDisposable {
  /** The file that leads to it. Left behind, it is the mark of a process that was killed. */
  pointer: string;
}

/** What another process says. */
export interface Heard extends Disposable {
  pointer: string;
  said: unknown;
  /** Resolves when it ends, says nothing any more or is killed. */
  gone: Promise<void>;
}

const HELLO_MS = 2_000;
const PREFIX = 'mcpa-beacon-';

/**
 * Says something to whoever listens at this folder, asked for anew each time. By a socket and not a process id: the system closes
 * it with the process, `kill -9` included, and no other process can take its place.
 */
export async function announce(folder: string, name: string, say: () => unknown): Promise<Beacon> {
  await mkdir(folder, { recursive: true });
  // In the system's folder for short-lived files, since the path of a socket may have 100 characters at most.
  const dir = await mkdtemp(join(tmpdir(), PREFIX));
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
  const pointer = join(folder, `${name}${randomBytes(6).toString('hex')}`);
  await writeFile(pointer, path);
  return {
    pointer,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of listeners) socket.destroy();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Whether it is worth listening: what was announced may have died since. */
export async function mayBeHeard(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length > 0;
}

/** All that say something here, and the pointers to those that were killed. Who listens disposes what it heard. */
export async function listen(folder: string, name: string): Promise<{ living: Heard[]; dead: string[] }> {
  const names = (await readdir(folder).catch(() => [])).filter((each) => each.startsWith(name));
  const pointers = names.map((each) => join(folder, each));
  const heard = await Promise.all(pointers.map(hear));
  return {
    living: heard.filter((each) => typeof each === 'object'),
    dead: pointers.filter((_, at) => heard[at] === 'dead'),
  };
}

/** Forgets all that were killed: each leaves two files, and nobody else may ever look. */
export async function forgetKilled(folder: string): Promise<void> {
  const { living, dead } = await listen(folder, '');
  for (const each of living) each[Symbol.dispose]();
  await Promise.all(dead.map(forget));
}

/** Removes what a process that was killed has left. */
export async function forget(pointer: string): Promise<void> {
  const path = await readFile(pointer, 'utf8').catch(() => '');
  const dir = dirname(path);
  if (basename(dir).startsWith(PREFIX)) await rm(dir, { recursive: true, force: true });
  await rm(pointer, { force: true });
}

/** Undefined when it says nothing in time, or isn't this user's. */
async function hear(pointer: string): Promise<Heard | 'dead' | undefined> {
  const path = await readFile(pointer, 'utf8').catch(() => '');
  // A file that is empty is being written.
  if (path === '') return undefined;
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const gone = new Promise<void>((done) => socket.once('close', () => done()));
    const end = (answer: 'dead' | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(undefined), HELLO_MS);
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      end(code === 'EACCES' || code === 'EAGAIN' || code === 'EMFILE' ? undefined : 'dead'),
    );
    void gone.then(() => end('dead'));
    let text = '';
    socket.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (!text.endsWith('\n')) return;
      clearTimeout(timer);
      socket.unref();
      resolve({ pointer, said: parsed(text), gone, [Symbol.dispose]: () => socket.destroy() });
    });
  });
}

/** What another version of mcpa says may have another form. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
