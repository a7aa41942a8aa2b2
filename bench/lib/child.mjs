import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Clock ticks a second in /proc/<pid>/stat: 100 on every Linux that Node runs on. */
const TICKS = 100;
const COLLECTED = /collected .*\n/g;

/** One process of the bench, with its output, its end and its CPU time. */
export class Child {
  output = '';
  ended = false;
  #watchers = new Set();

  /** A Node process, or one of the program `file`. */
  constructor(args, { file = process.execPath, ...options }) {
    this.started = performance.now();
    this.process = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        this.output += text;
        for (const watch of this.#watchers) watch();
      });
    }
    this.done = new Promise((resolve) => {
      this.process.on('close', (status) => {
        this.ended = true;
        for (const watch of this.#watchers) watch();
        resolve(status);
      });
    });
  }

  /** Milliseconds from the start of the process to a line of its output that matches. */
  async until(pattern) {
    await new Promise((resolve, reject) => {
      const watch = () => {
        if (pattern.test(this.output)) resolve();
        else if (this.ended) reject(new Error(`ended without ${pattern}:\n${this.output}`));
        else return;
        this.#watchers.delete(watch);
      };
      this.#watchers.add(watch);
      watch();
    });
    return performance.now() - this.started;
  }

  /** CPU milliseconds of this process alone, all threads; undefined where there is no /proc. */
  cpuMs() {
    try {
      const stat = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
    } catch {
      return undefined;
    }
  }

  /** Resident bytes; undefined where there is no /proc. */
  rss() {
    try {
      const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
      return Number(status.match(/VmRSS:\s+(\d+) kB/)[1]) * 1024;
    } catch {
      return undefined;
    }
  }

  /** Resident bytes after every isolate has collected its garbage; for processes with `gc-hook.mjs`. */
  async rssAfterGc() {
    const said = (output) => output.match(COLLECTED) ?? [];
    const before = said(this.output).length;
    this.process.kill('SIGWINCH');
    await this.until({ test: (output) => said(output).length > before });
    this.heaps = said(this.output).at(-1).trim();
    return this.rss();
  }

  async stop() {
    if (!this.ended) this.process.kill('SIGTERM');
    const late = setTimeout(() => this.process.kill('SIGKILL'), 15_000);
    const status = await this.done;
    clearTimeout(late);
    return status;
  }
}
