import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { z } from 'zod';
import { connect } from '../../../src/client/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';
import { fixtureConfig } from '../fixture-project.js';
import { operateProject } from '../operate/project.js';
import type { Project } from '../project.js';

const CONFIG = fixtureConfig({
  servers: `    steps:
      command: node
      args: ["\${PROJECT}/steps-server.mjs"]
      env: { PROJECT: "\${PROJECT}" }`,
});

/** Step 3 ends the server while the file `broken` is there; `hold` lasts until the file `release` is. */
const STEPS_SERVER = `
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
const dir = process.env.PROJECT;
serveStdio(() => {
  const server = new McpServer({ name: 'steps', version: '1.0.0' });
  server.registerTool('step', { inputSchema: z.object({ n: z.number() }) }, async ({ n }) => {
    appendFileSync(dir + '/effects.log', 'step ' + n + '\\n');
    if (n === 3 && existsSync(dir + '/broken')) {
      // What was asked beside it is answered first.
      await delay(500);
      process.exit(1);
    }
    return { content: [{ type: 'text', text: 'did ' + n }] };
  });
  server.registerTool('hold', { inputSchema: z.object({}) }, async () => {
    appendFileSync(dir + '/effects.log', 'holding\\n');
    while (!existsSync(dir + '/release')) await delay(20);
    return { content: [{ type: 'text', text: 'released' }] };
  });
  return server;
});
`;

const WORKFLOWS = `
import { Agent, waitForHumanInput } from 'mcpa/workflow';
import {
  ApplicationFailure, CancellationScope, condition, defineQuery, defineSignal, defineUpdate, isCancellation,
  setHandler, sleep, workflowInfo,
} from '@temporalio/workflow';

/** Waits for a word; knows a query, an update and a signal. */
export async function WordWorkflow(): Promise<string> {
  let word = '';
  setHandler(defineSignal<[string]>('say'), (text) => { word = text; });
  setHandler(defineQuery<unknown, [unknown?]>('state'), (arg) => {
    if (arg === 'throw') throw new Error('no such state');
    return arg === undefined ? 'waiting' : { arg };
  });
  setHandler(defineUpdate<string, [string]>('change'), async (text) => {
    if (text === 'fail') throw ApplicationFailure.nonRetryable('the handler gave up');
    if (text === 'slow') await sleep('1h');
    word = text;
    return 'changed to ' + text;
  }, { validator: (text) => { if (text === '') throw new Error('a word is wanted'); } });
  await condition(() => word !== '');
  return word;
}

/** One slow tool call, then a step. */
export async function SlowCallWorkflow(ms: number): Promise<string> {
  const agent = new Agent({ name: 'slow', instruction: '', serverNames: ['fixture', 'steps'] });
  await agent.callTool('fixture', 'slow', { ms });
  await agent.callTool('steps', 'step', { n: 1 });
  return 'done';
}

/** One call that lasts until it is released, then a step. */
export async function HoldWorkflow(): Promise<string> {
  const agent = new Agent({ name: 'holder', instruction: '', serverNames: ['steps'] });
  await agent.callTool('steps', 'hold');
  await agent.callTool('steps', 'step', { n: 1 });
  return 'done';
}

/** Three steps between two model calls. */
export async function ThreeStepsWorkflow(): Promise<string> {
  const agent = new Agent({ name: 'stepper', instruction: '', serverNames: ['steps'] });
  const first = await agent.generateStr('first');
  for (let n = 1; n <= 3; n++) await agent.callTool('steps', 'step', { n });
  return first + ' ' + await agent.generateStr('second');
}

/** Steps side by side: the third of them fails. */
export async function FanOutWorkflow(): Promise<number> {
  const agent = new Agent({ name: 'fan', instruction: '', serverNames: ['steps'] });
  const done = await Promise.allSettled([1, 2, 3].map((n) => agent.callTool('steps', 'step', { n })));
  for (const each of done) if (each.status === 'rejected') throw each.reason;
  return done.length;
}

/** Cleans up when it is cancelled, and that can't be cancelled. */
export async function CleanupWorkflow(): Promise<string> {
  const agent = new Agent({ name: 'tidy', instruction: '', serverNames: ['steps'] });
  try {
    await agent.callTool('steps', 'step', { n: 1 });
    await sleep('1h');
    return 'slept';
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => agent.callTool('steps', 'step', { n: 99 }));
    }
    throw error;
  }
}

/** Knows nothing of pause; its steps come after a signal. */
export async function LateStepsWorkflow(): Promise<number> {
  let go = false;
  setHandler(defineSignal('go'), () => { go = true; });
  await condition(() => go);
  const agent = new Agent({ name: 'late', instruction: '', serverNames: ['steps'] });
  for (const n of [1, 2]) await agent.callTool('steps', 'step', { n });
  return 2;
}

/** Goes on after a cancel until it is told to end. */
export async function StubbornWorkflow(): Promise<string> {
  let end = false;
  setHandler(defineSignal('end'), () => { end = true; });
  setHandler(defineQuery('ready'), () => true);
  await condition(() => end).catch(() => CancellationScope.nonCancellable(() => condition(() => end)));
  return 'ended';
}

/** Asks, with a deadline, before a step. */
export async function DeadlineWorkflow(): Promise<string> {
  const answer = await waitForHumanInput('Go on?', { timeout: '300ms' });
  return 'answered ' + answer;
}

export async function SleepWorkflow(): Promise<string> {
  await sleep('1h');
  return workflowInfo().workflowId;
}

export async function ThrowsWorkflow(): Promise<string> {
  const agent = new Agent({ name: 'thrower', instruction: '', serverNames: ['steps'] });
  await agent.callTool('steps', 'step', { n: 1 });
  throw new Error('a defect of the code');
}
`;

/** A project whose runs are acted upon. */
export async function actProject(
  script = 'turns:\n  - { when: { contains: second }, say: "bye" }\n  - say: hello\n',
): Promise<Project> {
  const project = await operateProject(script);
  project.write('mcp_agent.config.yaml', CONFIG);
  project.write('workflows/act.ts', WORKFLOWS);
  project.write('steps-server.mjs', STEPS_SERVER);
  return project;
}

/** For what takes a moment on a busy machine. */
export const PATIENT = { timeout: 30_000 };

/** A client in this process, as a program would have it. */
export const clientOf = (project: Project) => connect({ cwd: project.dir, env: project.env });

/** One finished command. */
export const run = (project: Project, ...args: string[]) => project.mcpa(args).done;

/** The id of a run that goes on. */
export async function start(project: Project, workflow: string, ...input: string[]): Promise<string> {
  const started = await run(project, 'run', workflow, ...input, '--detach');
  expect(started.status, started.stderr).toBe(0);
  return started.stdout.trim();
}

/** The command's `--json`, held to its documented shape. */
export function parsed(name: string, { stdout }: { stdout: string }): Record<string, unknown> {
  const shape = (shapes as Record<string, z.ZodType<Record<string, unknown>>>)[name];
  if (shape === undefined) throw new Error(`no shape ${name}`);
  return shape.parse(JSON.parse(stdout));
}

/** How often a step left its mark outside. */
export function effects(project: Project, line: string): number {
  return readFileSync(`${project.dir}/effects.log`, 'utf8')
    .split('\n')
    .filter((each) => each === line).length;
}
