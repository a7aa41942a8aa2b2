// "Machines" for workers: a copy of the project and, where the system allows, a network namespace each.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { processesIn, tcpProxy } from './processes.mjs';

const repository = resolve(import.meta.dirname, '../..');
export const BIN = join(repository, 'bin/mcpa.js');

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });

/** Whether this user may make network namespaces with a link to them. */
function namespacesWork() {
  const name = `mcpa-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
    try {
      ip('link', 'add', `mt${process.pid}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    } finally {
      ip('netns', 'del', name);
    }
    return true;
  } catch {
    return false;
  }
}

export class Machines {
  #made = 0;
  separate = namespacesWork();

  constructor(processes, folder, temporal) {
    Object.assign(this, { processes, folder, temporal });
  }

  /** A machine of its own, which knows of the others by the cluster alone. */
  async make(name) {
    const number = ++this.#made;
    const dir = join(this.folder, `machine-${name}`);
    mkdirSync(dir, { recursive: true });
    cpSync(join(import.meta.dirname, 'project'), dir, { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(dir, 'node_modules'));
    const network = this.separate ? `mcpa-${process.pid}-${number}` : undefined;
    const host = network ? this.#link(network, number) : '127.0.0.1';
    const proxy = await tcpProxy(host, () => this.temporal.ports.frontend.grpcPort);
    this.processes.unwind(() => proxy.close());
    return new Machine({
      name,
      dir,
      network,
      link: `mv${process.pid}-${number}`,
      address: proxy.address,
      processes: this.processes,
    });
  }

  #link(network, number) {
    const net = `10.${200 + (process.pid % 50)}.${number}`;
    const link = `mv${process.pid}-${number}`;
    ip('netns', 'add', network);
    // Its end of the link goes with the namespace, and the other end with it.
    this.processes.unwind(() => ip('netns', 'del', network));
    ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', network);
    ip('addr', 'add', `${net}.1/30`, 'dev', link);
    ip('link', 'set', link, 'up');
    ip('-n', network, 'addr', 'add', `${net}.2/30`, 'dev', 'eth0');
    ip('-n', network, 'link', 'set', 'eth0', 'up');
    ip('-n', network, 'link', 'set', 'lo', 'up');
    return `${net}.1`;
  }
}

class Machine {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** A worker that polls. */
  async worker({ namespace, queue, env = {} }) {
    const command = [process.execPath, BIN, 'worker'];
    const inside = this.network ? ['ip', 'netns', 'exec', this.network, ...command] : command;
    const started = this.processes.start(`worker-${this.name}`, inside[0], inside.slice(1), {
      cwd: this.dir,
      env: {
        ...process.env,
        NO_COLOR: '1',
        TEMPORAL_ADDRESS: this.address,
        TEMPORAL_NAMESPACE: namespace,
        MCPA_TASK_QUEUE: queue,
        MCPA_HEARTBEAT_SECONDS: '1',
        MACHINE: this.name,
        ...env,
      },
    });
    await started.says(/ready/i);
    return started;
  }

  /** What is left of it. */
  leftovers() {
    return processesIn(this.dir);
  }

  /** The cable out, or in again; only where the machine has a network of its own. */
  cable(state) {
    ip('link', 'set', this.link, state);
  }
}
