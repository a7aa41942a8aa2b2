import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
import { loadConfig } from '../../../src/config/index.js';
import { MEMO } from '../../../src/core/index.js';
import { bundleWorkflows } from '../../../src/worker/bundle/index.js';
import { workerOptions } from '../../../src/worker/bundle-project.js';
import { type Command, Project } from '../project.js';
import { quietRuntime } from '../quiet-runtime.js';

const CONFIG = `
execution_engine: temporal
temporal: { heartbeat_seconds: 1 }
mcp:
  servers:
    filesystem: { command: mcp-server-filesystem, args: [data] }
    fixture:
      command: node
      args: ["{{fixtures}}/modern-server.mjs"]
      env: { FIXTURE_LOG: "\${PROJECT}/effects.log" }
model: scripted
scripted: { script: script.yaml }
`;

/** Time for a test that kills a worker: the engine notices after ten seconds, on a busy machine later. */
export const KILLED_MS = 150_000;

/** The workflows that docs/patterns.md shows, with a script for their models, and a worker that can be killed. */
export class PatternProject {
  private constructor(
    readonly project: Project,
    private worker: Command,
    private readonly app: App,
  ) {}

  /** `servers` and `more`: lines of the config, MCP servers and top level. */
  static async create(script: string, { servers = '', more = '' } = {}): Promise<PatternProject> {
    quietRuntime();
    const folder = join(import.meta.dirname, 'workflows');
    const project = await Project.create('basic', folder);
    project.env.PROJECT = project.dir;
    const config = CONFIG.replace('mcp:\n  servers:\n', (lines) => `${lines}${servers}`);
    project.write('mcp_agent.config.yaml', `${config}${more}`);
    project.write('script.yaml', script);
    project.write('effects.log', '');
    for (const file of readdirSync(folder))
      project.write(`workflows/${file}`, readFileSync(join(folder, file), 'utf8'));
    const app = await connect({ cwd: project.dir, env: project.env });
    return new PatternProject(project, await project.worker(), app);
  }

  /** Runs a workflow to its end; its result as a value. `mcpa run` does so for every template. */
  async run(workflow: string, input: string, id: string): Promise<unknown> {
    const handle = await this.app.start(workflow, { args: [valueIn(input)], workflowId: this.id(id) });
    return valueIn(await handle.result());
  }

  /** The same, with the worker killed while the activity with this summary is under way. */
  async runKilled(workflow: string, input: string, id: string, during: string): Promise<unknown> {
    const run = this.run(workflow, input, id);
    await this.underWay(id, during);
    await this.killWorker();
    return run;
  }

  /** Waits until a worker has begun the activity with this summary. */
  async underWay(id: string, summary: string): Promise<void> {
    await expect.poll(() => this.pending(id), { timeout: 40_000 }).toContain(summary);
  }

  /** kill -9, then another worker. */
  async killWorker(): Promise<void> {
    await this.worker.stop('SIGKILL');
    this.worker = await this.project.worker();
  }

  async json(...args: string[]): Promise<Record<string, unknown>> {
    const done = await this.project.mcpa([...args, '--json']).done;
    expect(done.status, done.stderr).toBe(0);
    return JSON.parse(done.stdout) as Record<string, unknown>;
  }

  /** What the run wrote into its memo. */
  async memo(id: string): Promise<unknown> {
    return (await this.handle(id).describe()).memo?.[MEMO];
  }

  id(name: string): string {
    return `${this.project.queue}-${name}`;
  }

  /** Replays a run's history on today's bundle; its number of events. */
  async replay(id: string): Promise<number> {
    const history = await this.handle(id).fetchHistory();
    const { dir, env } = this.project;
    const { config } = await loadConfig({ cwd: dir, env, require: true });
    const { code, codePath } = await bundleWorkflows({
      projectDir: dir,
      patterns: config.workflows,
      options: workerOptions(config),
      cacheDir: `${dir}/.mcpa/cache/bundles`,
      onWarning: () => undefined,
    });
    const workflowBundle = code === undefined ? { codePath } : { code };
    await Worker.runReplayHistory({ workflowBundle }, history, this.id(id));
    return history.events?.length ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    await this.project[Symbol.asyncDispose]();
  }

  /** Summaries of the activities that a worker has begun. */
  private async pending(id: string): Promise<string[]> {
    const handle = this.handle(id);
    const { events } = await handle.fetchHistory().catch(() => ({ events: [] }));
    const started = new Set<string>();
    const description = await handle.describe().catch(() => undefined);
    for (const activity of description?.raw.pendingActivities ?? [])
      if (activity.lastStartedTime) started.add(activity.activityId ?? '');
    return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: at, userMetadata }) =>
      at && started.has(at.activityId ?? '') && userMetadata?.summary?.data
        ? [JSON.parse(Buffer.from(userMetadata.summary.data).toString()) as string]
        : [],
    );
  }

  private handle(id: string) {
    return this.app.open.client.workflow.getHandle(this.id(id));
  }
}

const valueIn = (value: unknown): unknown =>
  typeof value === 'string' && /^[[{]/.test(value) ? JSON.parse(value) : value;
