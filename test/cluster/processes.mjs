// Processes of one session: each with a log file, all ended with it, in reverse order.
import { spawn } from 'node:child_process';
import { createWriteStream, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export class Processes {
  #opened = [];

  constructor(folder) {
    this.folder = folder;
  }

  /** Starts one; `stop` names the signal that ends it cleanly. */
  start(name, command, args, { stop = 'SIGTERM', ...options } = {}) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const started = new Process(
      name,
      child,
      stop,
      createWriteStream(join(this.folder, `${name}.log`), { flags: 'a' }),
    );
    this.unwind(() => started.end());
    return started;
  }

  /** What is undone at the end; the last first. */
  unwind(undo) {
    this.#opened.push(undo);
  }

  async end() {
    for (const undo of this.#opened.reverse()) await undo();
  }
}

class Process {
  output = '';

  constructor(name, child, stopSignal, log) {
    this.name = name;
    this.child = child;
    this.stopSignal = stopSignal;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        this.output = (this.output + chunk).slice(-200_000);
        log.write(chunk);
      });
    this.done = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, signal) => {
        log.end();
        resolve(status ?? signal);
      });
    });
  }

  get running() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when it has printed this; rejects when it ends without. */
  async says(pattern) {
    while (!pattern.test(this.output)) {
      if (!this.running)
        throw new Error(`${this.name} ended (${await this.done}):\n${this.output.slice(-3000)}`);
      await sleep(20);
    }
  }

  async end(signal = this.stopSignal) {
    if (!this.running) return this.done;
    this.child.kill(signal);
    const late = setTimeout(() => this.child.kill('SIGKILL'), 40_000);
    return this.done.finally(() => clearTimeout(late));
  }
}

/** Runs to its end; rejects on any other status than 0. */
export async function finish(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0 && !options.anyStatus)
    throw new Error(`${[command, ...args].join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return { status, stdout, stderr };
}

export async function freePort(wanted = 0) {
  const server = createServer();
  const listening = await new Promise((resolve) => {
    server.on('error', () => resolve(false));
    server.listen(wanted, '127.0.0.1', () => resolve(true));
  });
  if (!listening) return undefined;
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Temporal's table of members has a column of 16 bits with a sign: no port above 32767 fits in PostgreSQL. */
export async function freeLowPort() {
  for (;;) {
    const port = await freePort(10_000 + Math.floor(Math.random() * 22_000));
    if (port !== undefined) return port;
  }
}

/** Trying again won't help. */
export class Ended extends Error {}

/** Tries until it neither throws nor gives `false`; the last error when the time has passed. */
export async function until(what, attempt, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const failure = await Promise.resolve()
      .then(attempt)
      .then(
        (value) => (value === false ? new Error('not yet') : { value }),
        (error) => error,
      );
    if (!(failure instanceof Error)) return failure.value;
    if (Date.now() > end || failure instanceof Ended)
      throw new Error(`${what}: ${failure.message}`, { cause: failure });
    await sleep(100);
  }
}

/** A way to an address whose connections can be counted and cut. */
export async function tcpProxy(host, to) {
  const sockets = new Set();
  const server = createServer((socket) => {
    const upstream = connect({ host: '127.0.0.1', port: to() });
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ]) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise((resolve) => server.listen(0, host, resolve));
  return {
    address: `${host}:${server.address().port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Live processes that work in this folder or name it. */
export function processesIn(folder) {
  const read = (get) => {
    try {
      return get();
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({
      pid,
      line: read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' '),
      cwd: read(() => readlinkSync(`/proc/${pid}/cwd`)),
    }))
    .filter(({ line, cwd }) => line.includes(folder) || cwd.startsWith(folder))
    .map(({ pid, line }) => `${pid} ${line}`);
}
