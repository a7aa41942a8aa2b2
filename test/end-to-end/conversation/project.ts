import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type App, connect, type RunHandle } from '../../../src/client/index.js';
import { freePort } from '../processes.js';
import { Command, type Project, repository } from '../project.js';
import { slowProject } from '../slow-project.js';

/** `remember X` goes through a tool; `recall` tells two tool results of this very conversation. */
export const MEMORY = `
turns:
  - when: { tool: echo }
    say: noted
  - when: { contains: remember }
    tools: [{ tool: echo, args: { text: "{{last}}" } }]
  - when: { contains: filler }
    say: read
  - when: { contains: recall }
    say: "{{input}} / {{result.0}} / {{result.1}}"
`;

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { condition, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow';

/** The words of the signal \`say\`, one after the other. */
function words(): () => Promise<string> {
  const said: string[] = [];
  setHandler(defineSignal<[string]>('say'), (word) => { said.push(word); });
  return async () => {
    await condition(() => said.length > 0);
    return said.shift()!;
  };
}
const memory = (name = 'memory') => new Agent({ name, instruction: 'Remember.', serverNames: ['fixture'] });

/** Remembers what it starts with, then a word; tells both. */
export async function MemoryWorkflow(first: string): Promise<string> {
  const next = words();
  const agent = memory();
  await agent.generateStr('remember ' + first);
  await agent.generateStr('remember ' + (await next()));
  return agent.generateStr('recall');
}

/** As many turns as it is told, two model calls and a tool call each, then it tells its first ones. */
export async function TurnsWorkflow(label: string, turns: number, filler: number): Promise<string> {
  const agent = memory();
  for (let n = 0; n < turns; n++)
    await agent.generateStr('remember ' + label + ' ' + n + ' ' + '漢'.repeat(filler));
  return agent.generateStr('recall');
}

/** Turns, then a wait for a word, then it tells. */
export async function WaitingWorkflow(label: string, turns: number, filler: number): Promise<string> {
  const next = words();
  const agent = memory();
  await agent.generateStr('remember ' + label);
  await agent.generateStr('remember ' + label + ' again');
  for (let n = 0; n < turns; n++) await agent.generateStr('filler ' + '漢'.repeat(filler));
  await next();
  return agent.generateStr('recall');
}

/** Agents side by side, all with something to remember, all asked once more after a word. */
export async function CrowdWorkflow(agents: number): Promise<string[]> {
  const next = words();
  const crowd = Array.from({ length: agents }, (_, n) => ({ n, agent: memory() }));
  const each = (prompt: (n: number) => string) =>
    Promise.all(crowd.map(({ n, agent }) => agent.generateStr(prompt(n))));
  await each((n) => 'remember number ' + n);
  await each((n) => 'remember again ' + n);
  await next();
  return each(() => 'recall');
}

/** A new run of the same workflow: its agents have the names of those before it. */
export async function RoundsWorkflow(round: number): Promise<string[]> {
  const agent = memory();
  await agent.generateStr('remember round ' + round);
  const fork = agent.fork();
  await fork.generateStr('remember fork of ' + round);
  await agent.generateStr('remember trunk of ' + round);
  const told = [await agent.generateStr('recall'), await fork.generateStr('recall')];
  if (round < 2) await continueAsNew<typeof RoundsWorkflow>(round + 1);
  return told;
}
`;

/** A project whose agents can only answer rightly from their own conversation. */
export async function memoryProject(script = MEMORY, temporal = ''): Promise<Project> {
  const project = await slowProject(script);
  project.write('workflows/memory.ts', WORKFLOWS);
  if (temporal !== '') configure(project, (text) => text.replace('temporal: {', `temporal: { ${temporal},`));
  return project;
}

export function configure(project: Project, change: (text: string) => string): void {
  project.write('mcp_agent.config.yaml', change(project.read('mcp_agent.config.yaml')));
}

export function clientOf(project: Project): Promise<App> {
  return connect({ cwd: project.dir, env: project.env });
}

/** What `recall` must tell. */
export const told = (first: string, second: string) =>
  `remember ${first} / remember ${first} / remember ${second}`;

/** How a worker's model calls found their conversations, and the queries it sent past a dead worker. */
export interface Lookups {
  first: number;
  hit: number;
  query: number;
  miss: number;
  resend: number;
  resets: number;
}

export class MeasuredWorker {
  private constructor(
    readonly command: Command,
    private readonly port: number,
  ) {}

  static async start(project: Project): Promise<MeasuredWorker> {
    const port = await freePort();
    return new MeasuredWorker(await project.worker(['--metrics-port', String(port)]), port);
  }

  /** A worker that is there but polls only from `poll` on. */
  static async prepare(project: Project): Promise<AsyncDisposable & { poll(): Promise<MeasuredWorker> }> {
    const port = await freePort();
    const command = new Command(
      spawn(process.execPath, [join(import.meta.dirname, 'late-worker.mjs'), String(port)], {
        cwd: project.dir,
        env: { ...project.env, MCPA_DIST: join(repository, 'dist/worker/index.js') },
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    );
    await command.output(/prepared/);
    return {
      async [Symbol.asyncDispose]() {
        command.child.kill('SIGKILL');
        await command.done;
      },
      async poll() {
        command.child.stdin?.write('poll\n');
        await command.output(/polling/);
        return new MeasuredWorker(command, port);
      },
    };
  }

  get pid(): number {
    return this.command.child.pid ?? 0;
  }

  async lookups(): Promise<Lookups> {
    const text = await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
    const sum = (pattern: RegExp) =>
      [...text.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
    const how = (word: string) =>
      sum(new RegExp(`^mcpa_conversation_lookups_total\\{.*how="${word}".*\\} (\\S+)$`, 'gm'));
    return {
      first: how('first'),
      hit: how('hit'),
      query: how('query'),
      miss: how('miss'),
      resend: how('resend'),
      resets: sum(/^mcpa_sticky_resets_total\{.*\} (\S+)$/gm),
    };
  }
}

/** Resolves when so many model calls of the run have been answered. */
export async function answered(handle: RunHandle, calls: number): Promise<void> {
  let seen = 0;
  for await (const event of handle.events({ live: false }))
    if (event.type === 'model_call_completed' && ++seen === calls) return;
  throw new Error(`the run ended after ${seen} model calls`);
}

/** The run's pending activity, as the engine tells it. */
export async function pending(handle: RunHandle) {
  return (await handle.describe()).raw.pendingActivities?.[0];
}
