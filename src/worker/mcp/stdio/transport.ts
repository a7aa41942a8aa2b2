import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { LineDecoder, MAX_MESSAGE } from './line-decoder.js';
import { endGroup, groupGone } from './process-group.js';
import type { Reaper } from './reaper.js';

/** A well-behaved server ends by itself when its input does. */
const STDIN_GRACE_MS = 500;
const TERM_GRACE_MS = 2000;
const STDERR_KEPT = 10;

export interface StdioServer {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
}

export interface Framing {
  deserializeMessage(line: string): JSONRPCMessage;
  serializeMessage(message: JSONRPCMessage): string;
}

/**
 * Stdio on the SDK's framing, with what the SDK's own transport lacks: the server runs in a process group that is
 * watched by the reaper, a send fails when its bytes could not be written, and stray output is reported.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  /** The last lines of its stderr, for the error when it doesn't start. */
  readonly lastLines: string[] = [];
  /** How the process ended. */
  ending: string | undefined;
  #process: ChildProcessByStdio<Writable, Readable, Readable> | undefined;
  #group: number | undefined;
  #closed = false;
  readonly #lines: string[] = [];
  #draining = false;

  constructor(
    readonly server: StdioServer,
    readonly framing: Framing,
    readonly reaper: Reaper,
    readonly report: (stream: 'stdout' | 'stderr', line: string) => void,
  ) {}

  /** With `stderr` the marks by which the SDK takes a transport for stdio and probes in place. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }
  get stderr(): null {
    return null;
  }

  start(): Promise<void> {
    this.reaper.start();
    const { command, args, env, cwd } = this.server;
    const child = spawn(command, args, { env, cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process = child;
    if (child.pid !== undefined) {
      this.#group = child.pid;
      this.reaper.watch(child.pid);
    }
    this.#readOutput(child.stdout);
    this.#readErrors(child.stderr);
    child.stdin.on('error', () => {});
    child.on('exit', (code, signal) => {
      this.ending ??= signal === null ? `exited with status ${code}` : `ended by ${signal}`;
      // A helper of the server may hold its pipes: don't wait for `close` for long.
      setTimeout(() => this.#ended(), 200).unref();
    });
    child.on('close', () => this.#ended());
    return new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => {
        reject(error);
        this.#ended();
      });
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#process?.stdin;
    // A process that has exited may still have an open pipe; what it is sent, it never reads.
    if (stdin === undefined || this.#closed || this.ending !== undefined || !stdin.writable)
      throw new Error('Not connected');
    // The newline is the last byte: a write that fails has delivered no request.
    return new Promise((resolve, reject) => {
      stdin.write(this.framing.serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    const child = this.#process;
    const group = this.#group;
    if (child === undefined || group === undefined) return;
    this.#process = undefined;
    child.stdin.end();
    if (!(await groupGone(group, STDIN_GRACE_MS))) await endGroup(group, TERM_GRACE_MS);
    this.#ended();
  }

  /** Once, however it ended: what the server started goes with it. */
  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#drain();
    const group = this.#group;
    if (group !== undefined) void endGroup(group, TERM_GRACE_MS).finally(() => this.reaper.forget(group));
    this.onclose?.();
  }

  #readOutput(stdout: Readable): void {
    const decoder = new LineDecoder(MAX_MESSAGE);
    stdout.on('data', (chunk: Buffer) => {
      try {
        this.#lines.push(...decoder.push(chunk));
        if (!this.#draining) this.#drain();
      } catch (error) {
        // Nothing of it may arrive after all, while the process is being ended.
        stdout.destroy();
        this.ending = (error as Error).message;
        this.onerror?.(error as Error);
        void this.close();
      }
    });
    stdout.on('error', (error) => this.onerror?.(error));
  }

  /**
   * Messages in order, with a turn of the event loop after each notification: the SDK handles those in a microtask
   * but a response at once, so that progress which arrives together with its result would be lost.
   */
  #drain(): void {
    this.#draining = false;
    for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
      const notified = this.#readLine(line);
      if (notified && this.#lines.length > 0 && !this.#closed) {
        this.#draining = true;
        setImmediate(() => this.#drain());
        return;
      }
    }
  }

  /** True when it was a notification. */
  #readLine(line: string): boolean {
    if (line.trim() === '') return false;
    // Output without a newline stands in front of the answer: look for the message behind it.
    for (let at = 0, tries = 0; at !== -1 && tries < 8; at = line.indexOf('{', at + 1), tries++) {
      let message: JSONRPCMessage;
      try {
        message = this.framing.deserializeMessage(at === 0 ? line : line.slice(at));
      } catch {
        continue;
      }
      if (at > 0) this.report('stdout', line.slice(0, at));
      this.onmessage?.(message);
      return 'method' in message && !('id' in message);
    }
    this.report('stdout', line);
    return false;
  }

  #readErrors(stderr: Readable): void {
    const decoder = new LineDecoder(MAX_MESSAGE);
    const report = (line: string): void => {
      if (line.trim() === '') return;
      this.lastLines.push(line.slice(0, 500));
      if (this.lastLines.length > STDERR_KEPT) this.lastLines.shift();
      this.report('stderr', line.slice(0, 8192));
    };
    stderr.on('data', (chunk: Buffer) => {
      try {
        for (const line of decoder.push(chunk)) report(line);
      } catch (error) {
        this.onerror?.(error as Error);
      }
    });
    stderr.on('end', () => report(decoder.rest()));
    stderr.on('error', () => {});
  }
}
