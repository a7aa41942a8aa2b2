import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import type { Project } from '../project.js';
import { replay } from '../replay.js';

const SERVERS = `
    faulty:
      command: node
      args: ["{{fixtures}}/faulty-server.mjs"]
      protocol: "2025"
      tools: { mute: { timeout_seconds: 0.5 }, huge: { timeout_seconds: 60 } }
    gone: { command: node, args: ["{{fixtures}}/faulty-server.mjs"], env: { FAULTY: die_at_start }, optional: true }
    dead: { command: node, args: ["{{fixtures}}/faulty-server.mjs"], env: { FAULTY: die_at_start }, retry: { maximum_attempts: 2 } }
`;
const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';

const agent = (...serverNames: string[]) => new Agent({ name: 'a', instruction: 'Try.', serverNames });

export async function HugeWorkflow(what: string): Promise<string> {
  return agent('faulty', 'gone').generateStr(what);
}
export async function DeadWorkflow(): Promise<string> {
  return agent('dead').generateStr('begin');
}
export async function MuteWorkflow(): Promise<string> {
  const a = agent('faulty');
  const started = Date.now();
  await a.callTool('faulty', 'mute').catch(() => undefined);
  return Date.now() - started < 20_000 ? 'in time' : 'late';
}
`;
const SCRIPT = `
turns:
  - when: { tool: huge }
    say: "{{last}}"
  - when: { tool: image }
    say: "{{last}}"
  - when: { contains: huge }
    tools: [{ tool: huge, args: { mb: 50 } }]
  - when: { contains: image }
    tools: [{ tool: image, args: { mb: 4 } }]
`;
let project: Project;
let app: App;

beforeAll(async () => {
  project = await fixtureProject(fixtureConfig({ servers: SERVERS }), WORKFLOWS, SCRIPT);
  await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

test('C5: of 50 MB the model reads the beginning, and a file of the worker has all; an optional server is missed by name', async () => {
  const run = await app.startWorkflow('HugeWorkflow', 'huge');
  const said = (await run.result()) as string;
  const [, path] = said.match(/whole on the worker's machine: (\S+) \(52,428,810 bytes\)/) ?? [];
  expect(readFileSync(path as string, 'utf8')).toMatch(/^begin x+ end$/);
  const events = await project.mcpa(['tail', run.workflowId, '--json']).done;
  const missing = events.stdout.split('\n').filter((line) => line.includes('servers_missing'));
  expect(missing.map((line) => JSON.parse(line))).toMatchObject([{ agent: 'a', turn: 1, servers: ['gone'] }]);
  await replay(project, run.workflowId);
});

test('an image that is too large is a file, too', async () => {
  const run = await app.startWorkflow('HugeWorkflow', 'image');
  const [, path] = ((await run.result()) as string).match(/machine: (\S+\.png) \(3,145,728 bytes\)/) ?? [];
  expect(readFileSync(path as string).length).toBe(3 * 1024 * 1024);
});

test('C5: a server that never starts fails the run, with its own words, after the attempts of the config', async () => {
  const run = await app.startWorkflow('DeadWorkflow');
  const message = expect.stringMatching(/MCP server dead could not be started.*exited with status 4/s);
  await expect(run.result()).rejects.toMatchObject({ code: 'RUN_FAILED', message });
});

test('a call of the workflow itself has the time that the config gives its tool', async () => {
  const run = await app.startWorkflow('MuteWorkflow');
  expect(await run.result()).toBe('in time');
});
