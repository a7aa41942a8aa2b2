import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { inject } from 'vitest';
import { folderOf, newFolder, type ProjectFolder } from './project-folder.js';
import { rememberQueue } from './second-attempt.js';

export const repository = resolve(import.meta.dirname, '../..');
const bin = join(repository, 'bin/mcpa.js');

export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** One mcpa process; its output is collected and can be awaited line by line. */
export class Command {
  stdout = '';
  stderr = '';
  readonly done: Promise<Finished>;
  private readonly watchers = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => this.take('stdout', chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.take('stderr', chunk));
    this.done = new Promise((resolve) => {
      child.on('close', (status) => {
        resolve({ status, stdout: this.stdout, stderr: this.stderr });
        for (const watch of this.watchers) watch();
      });
    });
  }

  /** Resolves when the output matches; rejects when the process ends without it. */
  async output(pattern: RegExp): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const watch = () => {
        const match = `${this.stdout}\n${this.stderr}`.match(pattern);
        if (match) resolve(match);
        else if (this.child.exitCode !== null || this.child.signalCode !== null) {
          reject(new Error(`ended without ${pattern}:\n${this.stdout}\n${this.stderr}`));
        } else return;
        this.watchers.delete(watch);
      };
      this.watchers.add(watch);
      watch();
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    this.child.kill(signal);
    return this.done;
  }

  private take(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this[stream] += chunk.toString();
    for (const watch of this.watchers) watch();
  }
}

/** A scaffolded project in an empty folder, on the suite's engine and a task queue of its own. */
export class Project {
  readonly dir: string;
  readonly queue = `q-${Math.random().toString(36).slice(2, 10)}`;
  private readonly commands: Command[] = [];
  readonly env: NodeJS.ProcessEnv = {
    ...process.env,
    TEMPORAL_ADDRESS: inject('engine').address,
    MCPA_TASK_QUEUE: this.queue,
    NO_COLOR: '1',
  };

  constructor(private readonly folder: ProjectFolder = newFolder()) {
    this.dir = join(folder.path, 'my-agents');
    rememberQueue(this.queue);
  }

  /**
   * `sources`: what the workflows will be made of, or its name; where an earlier project of the suite had the same,
   * they are not bundled again. Without it, or when they differ all the same, the first worker bundles them.
   */
  static async create(template = 'basic', sources?: string): Promise<Project> {
    const project = new Project(sources === undefined ? newFolder() : folderOf(sources));
    const init = await project.mcpa(['init', project.dir, '--template', template, '--no-install'], repository)
      .done;
    if (init.status !== 0) throw new Error(`init: ${init.stdout}${init.stderr}`);
    project.folder.bringBundles(project.dir);
    symlinkSync(join(repository, 'node_modules'), join(project.dir, 'node_modules'));
    return project;
  }

  /** Writes a file of the project; `{{fixtures}}` stands for the folder of the fixture MCP servers. */
  write(path: string, text: string): void {
    const file = join(this.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll('{{fixtures}}', join(repository, 'test/worker/mcp/fixtures')));
  }

  read(path: string): string {
    const file = join(this.dir, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  mcpa(args: string[], cwd = this.dir, env: NodeJS.ProcessEnv = this.env): Command {
    const command = new Command(
      spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    this.commands.push(command);
    return command;
  }

  /** A worker that polls. */
  async worker(args: string[] = []): Promise<Command> {
    const worker = this.mcpa(['worker', ...args]);
    await worker.output(/ready/i);
    return worker;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const command of this.commands) {
      if (command.child.exitCode === null && command.child.signalCode === null) command.child.kill('SIGKILL');
      await command.done;
    }
    this.folder.leave();
  }
}
