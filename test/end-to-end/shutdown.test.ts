import { expect, test } from 'vitest';
import { connect, type RunHandle } from '../../src/client/index.js';
import { processesIn } from './processes.js';
import { count, slowProject } from './slow-project.js';

/** The first of the three runs ends within the grace time, the others would take far longer. */
const SCRIPT = `
conversations:
  slow:
    - when: { contains: "outcome of this call is unknown" }
      say: I was told.
    - when: { contains: "slow done" }
      say: It ended.
    - when: { contains: "short" }
      tools: [{ tool: slow, args: { ms: 3000 } }]
    - when: { contains: "long" }
      tools: [{ tool: slow, args: { ms: 600000 } }]
  thinker:
    - { say: "a thought that takes longer than a worker has", delayMs: 600000 }
`;

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
export async function ThinkWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'thinker', instruction: 'Think.' });
  return agent.generateStr('think');
}
`;

/** mcpa's grace time, and three times what its end may take beside it. */
const LIMIT_MS = 10_000 + 3 * 3_000;

async function calling(handle: RunHandle, type: 'turn_started' | 'tool_call_started'): Promise<void> {
  for await (const event of handle.events({ live: false })) if (event.type === type) return;
}

/** Several workers start one after the other: on a busy machine that takes its time. */
const PATIENCE_MS = 180_000;

test(
  'C3: SIGTERM of a busy worker: short work ends there, long work is handed over, status 0, no process left',
  async () => {
    await using project = await slowProject(SCRIPT);
    project.write('workflows/think.ts', WORKFLOWS);
    await using app = await connect({ cwd: project.dir, env: project.env });
    const worker = await project.worker();
    const short = await app.startWorkflow('SlowWorkflow', 'short');
    const long = await app.startWorkflow('SlowWorkflow', 'long');
    const thinking = await app.startWorkflow('ThinkWorkflow');
    await Promise.all([calling(short, 'tool_call_started'), calling(long, 'tool_call_started')]);
    await calling(thinking, 'turn_started');
    await expect.poll(() => count(project.read('effects.log'), 'slow started'), { timeout: 10_000 }).toBe(2);
    expect(processesIn(project.dir).length).toBeGreaterThan(1);

    const at = Date.now();
    const { status, stderr } = await worker.stop('SIGTERM');
    const took = Date.now() - at;
    console.log(`a busy worker ended ${took} ms after SIGTERM`);
    expect(status, stderr).toBe(0);
    expect(took).toBeLessThan(LIMIT_MS);
    expect(processesIn(project.dir)).toEqual([]);

    await project.worker();
    expect(await short.result()).toBe('It ended.');
    // Its request was sent, and it may not be repeated.
    expect(await long.result()).toBe('I was told.');
    expect(count(project.read('effects.log'), 'slow started')).toBe(2);
    expect(count(project.read('effects.log'), 'slow cancelled')).toBe(1);
    // A model call is made again.
    const pending = async () => (await thinking.describe()).raw.pendingActivities?.[0];
    await expect.poll(async () => (await pending())?.attempt, { timeout: 20_000 }).toBe(2);
    expect((await pending())?.lastFailure?.message).toMatch(/shut/i);
  },
  PATIENCE_MS,
);

test(
  'C3: an activity of the project that heeds no cancellation holds nobody up: a warning, status 0, and another worker gets it',
  async () => {
    await using project = await slowProject('turns: []');
    project.write(
      'activities.ts',
      `
import { Context } from '@temporalio/activity';
export async function stubborn(): Promise<string> {
  if (Context.current().info.attempt > 1) return 'by the second';
  return new Promise((resolve) => setTimeout(resolve, 600_000, 'by the first'));
}
`,
    );
    project.write(
      'workflows/stubborn.ts',
      `
import { activities } from 'mcpa/workflow';
import type * as own from '../activities.js';
const { stubborn } = activities<typeof own>();
export async function StubbornWorkflow(): Promise<string> {
  return stubborn();
}
`,
    );
    await using app = await connect({ cwd: project.dir, env: project.env });
    const worker = await project.worker();
    const run = await app.startWorkflow('StubbornWorkflow');
    const begun = async () => (await run.describe()).raw.pendingActivities?.[0]?.lastStartedTime;
    await expect.poll(begun, { timeout: 20_000 }).toBeTruthy();
    const at = Date.now();
    const { status, stderr } = await worker.stop('SIGTERM');
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('warning: activities of the project did not end when they were cancelled');
    expect(stderr).not.toMatch(/BUG|Worker failed/);
    expect(Date.now() - at).toBeLessThan(20_000 + 3 * 3_000);
    await project.worker();
    expect(await run.result()).toBe('by the second');
  },
  PATIENCE_MS,
);
