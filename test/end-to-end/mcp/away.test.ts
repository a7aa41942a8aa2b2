import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import { freePort, start } from '../processes.js';
import { type Command, type Project, repository } from '../project.js';
import { replay } from '../replay.js';

/** Longer than the engine's first three pauses, shorter than half a minute. */
const AWAY_MS = 10_000;

/** One call to begin with; the next is planned while the server goes away. */
const SCRIPT = `
turns:
  - when: { contains: go }
    tools: [{ tool: again, args: { key: first, ms: 1 } }]
  - when: { tool: again, contains: first }
    delayMs: 2500
    tools: [{ tool: again, args: { key: second, ms: 1 } }]
  - when: { tool: again }
    say: "{{last}}"
`;

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
export async function AwayWorkflow(server: string): Promise<string> {
  await using agent = new Agent({ name: 'away', instruction: 'Try.', serverNames: [server] });
  return agent.generateStr('go');
}
`;

const ports: Record<string, number> = {};
let project: Project;
let app: App;

beforeAll(async () => {
  for (const name of ['needed', 'spare']) ports[name] = await freePort();
  const servers = `
    needed: { url: "http://127.0.0.1:${ports.needed}/mcp", protocol: "2025" }
    spare: { url: "http://127.0.0.1:${ports.spare}/mcp", protocol: "2025", optional: true }
`;
  project = await fixtureProject(fixtureConfig({ servers }), WORKFLOWS, SCRIPT);
  await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

async function serverAt(name: string): Promise<Command> {
  const script = join(repository, 'test/faults/outside/tool-server.mjs');
  const env = { FAULTS_PORT: `${ports[name]}`, FAULTS_EFFECTS: join(project.dir, 'effects.log') };
  const server = start(process.execPath, [script], project.dir, { ...process.env, ...env });
  await server.output(/ready/);
  return server;
}

/** A run whose server is killed while its model plans the second call. */
async function leftAlone(name: string) {
  const server = await serverAt(name);
  const run = await app.startWorkflow('AwayWorkflow', name);
  const turns = async () => {
    const { events } = await app.open.client.workflow.getHandle(run.workflowId).fetchHistory();
    const scheduled = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType);
    return scheduled.filter((type) => type?.name === 'mcpa.generate').length;
  };
  await expect.poll(turns, { timeout: 30_000 }).toBe(2);
  await sleep(1_000);
  await server.stop('SIGKILL');
  return run;
}

test('C5: a server that is away for a while, as in a deploy, costs a call of a repeatable tool time, and no run', async () => {
  const run = await leftAlone('needed');
  await sleep(AWAY_MS);
  const back = await serverAt('needed');
  expect(await run.result()).toMatch(/^second=\w+$/);
  await replay(project, run.workflowId);
  await back.stop('SIGKILL');
});

test('C5: an optional server that has gone since its tools were offered: the model reads that the call was not made', async () => {
  const run = await leftAlone('spare');
  expect(await run.result()).toMatch(/^This call was not made.*MCP server spare could not be/);
});
