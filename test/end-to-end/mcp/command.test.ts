import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { loadConfig, mcpConnections, openMcpServers } from '../../../src/worker/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';
import { isAlive } from '../../worker/mcp/servers.js';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import { freePort, processesIn } from '../processes.js';
import type { Finished, Project } from '../project.js';

const SERVERS = `
    counter: { command: node, args: ["{{fixtures}}/counter-server.mjs"], session: stateful }
    down: { url: "\${DOWN_URL}", optional: true }
    broken: { command: node, args: ["-e", "console.error('no table'); process.exit(3)"] }
    few: { command: node, args: ["{{fixtures}}/modern-server.mjs"], allowed_tools: [echo] }
    slow: { command: node, args: ["{{fixtures}}/legacy-server.mjs"], timeout_seconds: 30, tools: { silent: { timeout_seconds: 0.4 } } }
`;
const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

export async function HoldingWorkflow(): Promise<void> {
  let open = false;
  setHandler(defineSignal('go'), () => { open = true; });
  await new Agent({ name: 'a', instruction: 'Hold.' }).callTool('counter', 'count');
  await condition(() => open);
}
`;
let project: Project;

beforeAll(async () => {
  project = await fixtureProject(fixtureConfig({ servers: SERVERS }), WORKFLOWS, 'turns: [{ say: hi }]\n');
  project.env.DOWN_URL = `http://127.0.0.1:${await freePort()}/mcp`;
});
afterAll(() => project[Symbol.asyncDispose]());

/** Without an engine: nothing listens there. */
const mcp = (...args: string[]) =>
  project.mcpa(['mcp', ...args], project.dir, { ...project.env, TEMPORAL_ADDRESS: '127.0.0.1:9' }).done;

function json(name: string, { stdout }: Finished) {
  return shapes[name].parse(JSON.parse(stdout));
}

test('list starts every server and tells of each; one that is down and not optional is status 3', async () => {
  const [listed, plain, config] = await Promise.all([
    mcp('list', '--json'),
    mcp(),
    mcp('list', '--no-connect', '--json'),
  ]);
  expect(listed.status).toBe(3);
  const { servers } = json('mcp list', listed);
  const by = Object.fromEntries(servers.map((each: { server: string }) => [each.server, each]));
  expect(by.fixture).toMatchObject({
    state: 'ready',
    era: '2026',
    protocol: '2026-07-28',
    version: 'fixture 1.0.0',
  });
  expect(by.slow).toMatchObject({ state: 'ready', era: '2025', tools: 4 });
  expect(by.few.tools).toBe(1);
  expect(by.counter).toMatchObject({ session: 'stateful', tools: 5 });
  expect(by.down).toMatchObject({
    state: 'broken',
    optional: true,
    error: expect.stringContaining('ECONNREFUSED'),
  });
  expect(by.broken).toMatchObject({
    state: 'broken',
    error: expect.stringContaining('no table'),
    fix: expect.stringContaining('by hand'),
  });
  expect(plain.status).toBe(3);
  expect(plain.stdout).toMatch(/^fixture +ready +\d+ /m);
  expect(plain.stderr).toMatch(/broken: .*status 3/);
  expect(config.status).toBe(0);
  for (const each of json('mcp list', config).servers) expect(each).toMatchObject({ state: 'closed' });
  expect(processesIn(project.dir).filter((line) => line.includes('server.mjs'))).toEqual([]);
});

test('keys among the arguments and in addresses are not shown; ten servers and more are no leak of listeners', async () => {
  await using other = await fixtureProject(
    fixtureConfig({
      servers: `
    keyed: { command: node, args: ["-e", "process.exit(3)", "--key", "\${PLANTED}"] }
    remote: { url: "http://127.0.0.1:9/mcp?key=\${PLANTED}" }
${Array.from({ length: 10 }, (_, at) => `    more${at}: { command: node, args: ["-e", "process.exit(3)"] }`).join('\n')}
`,
    }),
    '',
    '',
  );
  other.env.PLANTED = 'planted-in-arguments';
  for (const command of [
    ['list'],
    ['list', '--json'],
    ['list', '--no-connect'],
    ['status'],
    ['status', '--json'],
  ]) {
    const { stdout, stderr } = await other.mcpa(['mcp', ...command]).done;
    expect(stdout).toContain('remote');
    expect(stdout + stderr).not.toContain('planted');
    expect(stderr).not.toContain('MaxListeners');
  }
});

test('tools lists what agents may use, and one tool with its schema', async () => {
  const [all, few, one, unknown, noServer, down] = await Promise.all([
    mcp('tools', 'fixture'),
    mcp('tools', 'few', '--json'),
    mcp('tools', 'fixture', 'add'),
    mcp('tools', 'fixture', 'ech'),
    mcp('tools', 'nosuch'),
    mcp('tools', 'down', '--json'),
  ]);
  expect(all.stdout).toMatch(/^echo +text +read-only +Says it again$/m);
  expect(json('mcp tools', few).tools).toMatchObject([{ name: 'echo', inputSchema: { required: ['text'] } }]);
  expect(one.stdout).toContain('"a": {');
  expect(unknown).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/MCP_TOOL_UNKNOWN.*did you mean echo/s),
  });
  expect(noServer).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/MCP_SERVER_UNKNOWN.*counter/s),
  });
  expect(down.status).toBe(3);
  expect(JSON.parse(down.stdout)).toMatchObject({ error: { code: 'MCP_UNAVAILABLE' } });
});

test('call gives the text of one call; errors of the tool, the call and the arguments have each their status', async () => {
  writeFileSync(join(project.dir, 'args.json'), '{"a": 1, "b": 2}');
  const [echo, added, failed, late, died, noJson, list, noTool, counted] = await Promise.all([
    mcp('call', 'fixture', 'echo', '{"text": "hé"}'),
    mcp('call', 'fixture', 'add', '--input-file', 'args.json', '--json'),
    mcp('call', 'fixture', 'fail'),
    mcp('call', 'slow', 'silent'),
    mcp('call', 'fixture', 'die', '--json'),
    mcp('call', 'fixture', 'echo', '{text: 1}'),
    mcp('call', 'fixture', 'echo', '[1]'),
    mcp('call', 'few', 'add', '{}'),
    mcp('call', 'counter', 'count', '--input', '{"by": 4}'),
  ]);
  expect(echo).toMatchObject({ status: 0, stdout: 'hé\n' });
  expect(json('mcp call', added)).toMatchObject({ isError: false, structuredContent: { sum: 3 } });
  expect(failed).toMatchObject({ status: 1, stdout: 'no luck\n' });
  expect(late).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/MCP_CALL_FAILED: .*no answer within 0.4 s/),
  });
  expect(died.status).toBe(1);
  expect(JSON.parse(died.stdout).error).toMatchObject({
    code: 'MCP_CALL_FAILED',
    hint: expect.stringContaining('may have done'),
  });
  expect(noJson).toMatchObject({ status: 2, stderr: expect.stringContaining('INPUT_NOT_JSON') });
  expect(list).toMatchObject({ status: 2, stderr: expect.stringMatching(/INPUT_NOT_JSON: .*JSON object/) });
  expect(noTool).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/MCP_TOOL_UNKNOWN.*allowed_tools/s),
  });
  expect(counted).toMatchObject({ status: 0, stdout: '4\n' });
});

test('Ctrl-C ends a call and its server', async () => {
  const call = project.mcpa(['mcp', 'call', 'fixture', 'slow', '{"ms": 60000}']);
  await expect.poll(() => project.read('effects.log')).toContain('slow started');
  const { status, stderr } = await call.stop('SIGINT');
  expect(status).toBe(130);
  expect(stderr).toContain('INTERRUPTED');
  await expect.poll(() => processesIn(project.dir).filter((line) => line.includes('server.mjs'))).toEqual([]);
});

test('ps tells what live workers are connected to, and nothing of one that was killed', async () => {
  expect((await mcp('ps')).stderr).toContain('no worker of this project');
  const worker = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const { workflowId: run } = await app.startWorkflow('HoldingWorkflow');
  await expect
    .poll(async () => (await mcpConnections(project.dir)).map(({ run, state }) => [run, state]))
    .toEqual([[run, 'ready']]);
  const { connections } = json('mcp ps', await mcp('ps', '--json'));
  expect(connections).toMatchObject([{ server: 'counter', state: 'ready', run, worker: worker.child.pid }]);
  expect(isAlive(connections[0].pid)).toBe(true);
  expect((await mcp('ps')).stdout).toMatch(new RegExp(`${connections[0].pid} +counter +ready .*${run}`));
  await worker.stop('SIGKILL');
  expect(json('mcp ps', await mcp('ps', '--json')).connections).toEqual([]);
  await expect.poll(() => isAlive(connections[0].pid)).toBe(false);
  await app.getHandle(run).terminate();
});

test('programs have the same: list, tools and calls, in one session of a stateful server', async () => {
  const { config } = await loadConfig({ cwd: project.dir, env: project.env, require: true });
  await using servers = openMcpServers(config);
  expect((await servers.tools('few')).map(({ name }) => name)).toEqual(['echo']);
  const counts = [];
  for (let n = 0; n < 3; n++) counts.push((await servers.call('counter', 'count')).content);
  expect(counts.at(-1)).toEqual([{ type: 'text', text: '3' }]);
  await expect(servers.call('counter', 'crash')).rejects.toMatchObject({ code: 'MCP_CALL_FAILED' });
  await expect(servers.call('nosuch', 'x')).rejects.toMatchObject({ code: 'MCP_SERVER_UNKNOWN' });
});
