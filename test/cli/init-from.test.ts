import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { UNSUPPORTED } from '../../src/config/schema/known-keys.js';
import { emptyFolder, mcpa } from './run-mcpa.js';

const CONFIG = `# my comment
$schema: ../schema.json
execution_engine: asyncio
temporal:
  host: localhost
  task_queue: python-queue
  worker_count: 4
workflow_task_retry_policies:
  *:
    maximum_attempts: 3
usage_telemetry: { enabled: true }
mcp:
  servers:
    filesystem: { command: npx, args: [-y, server-filesystem], auth: { api_key: x } }
    old: { transport: websocket, url: "wss://example.com/mcp" }
    empty: { description: nothing here }
agents:
  definitions:
    - { name: finder, instruction: Find it., server_names: [filesystem] }
default_model: anthropic.claude
`;
const PYTHON = `
import os
from mcp_agent.app import MCPApp
app = MCPApp(name="x")
GREETING = "Hello, 'you' \`there\` \${now}"

@app.workflow
class ReportWorkflow(Workflow[str]):
    """Writes a report."""
    @app.workflow_run
    async def run(self, topic: str = "tides", depth: int = 2) -> WorkflowResult[str]:
        app.context.config.mcp.servers["filesystem"].args.extend([os.getcwd()])
        total = 0
        for i in range(depth):
            total += i
        if topic == "none" and not depth: return WorkflowResult(value="nothing")
        try:
            note = await self.ask_the_oracle(topic, key=1)
        except ValueError as e:
            note = str(e)
        with open("/etc/passwd") as f:
            note = f.read()
        return WorkflowResult(value=f"{GREETING} {topic} {note} {total}")

@workflow_task(name="kb.lookup")
async def lookup(query: str) -> List[str]:
    return ["a", "b"]

@app.tool
async def quick_tool(text: str, app_ctx: Context | None = None) -> str:
    found = await app_ctx.executor.execute(lookup, text)
    return ", ".join(found)
`;

function pythonProject(dir: string, files: Record<string, string>): string {
  const source = join(dir, 'source');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), text);
  }
  return source;
}

test('config, secrets, agents, workflows and activities are taken over', async () => {
  using folder = emptyFolder();
  const source = pythonProject(folder.dir, {
    'mcp_agent.config.yaml': CONFIG,
    'mcp_agent.secrets.yaml': 'anthropic:\n  api_key: sk-ant-planted\n',
    'main.py': PYTHON,
    'agents.yaml': 'agents:\n  - { name: writer, instruction: Write., server_names: [nowhere] }\n',
    '.mcp-agent/agents/critic.md': '---\nname: critic\n---\nCriticise.\n',
    'venv/lib/other.py': '@app.tool\nasync def no_tool(x: str): pass\n',
  });
  const init = ['init', 'new', '--from', source, '--no-install'];
  const { status, stdout, stderr } = await mcpa([...init, '--json'], { cwd: folder.dir });
  expect(status, stderr).toBe(0);
  expect(`${stdout}${stderr}`).not.toContain('planted');
  const { files, workflows, notes } = JSON.parse(stdout);
  expect(workflows).toEqual(['ReportWorkflow', 'QuickTool']);
  expect(files).toEqual(
    expect.arrayContaining(['activities.ts', '.mcp-agent/agents/critic.md', 'not-taken/agents.yaml']),
  );

  const read = (path: string) => readFileSync(join(folder.dir, 'new', path), 'utf8');
  const { config, warnings } = await loadConfig({
    cwd: join(folder.dir, 'new'),
    env: {},
    homeDir: folder.dir,
  });
  expect(warnings).toEqual([]);
  expect(config.execution_engine).toBe('temporal');
  expect(config.temporal.task_queue).toBe('new');
  expect(config.mcp.servers.filesystem?.args).toEqual(['-y', 'server-filesystem', '.']);
  expect(config.mcp.servers.old).toMatchObject({
    transport: 'streamable_http',
    url: 'https://example.com/mcp',
  });
  expect(config.workflow_task_retry_policies['*']).toMatchObject({ maximum_attempts: 3 });
  expect(read('mcp_agent.config.yaml')).toContain('# my comment');
  for (const [key, note] of [
    ['x-worker_count: 4', /temporal\.worker_count: moved aside/],
    ['x-usage_telemetry', /usage_telemetry: left out: mcpa sends no telemetry/],
    ['x-auth', /mcp\.servers\.filesystem\.auth: moved aside .*takes its credentials by `env`/],
    ['x-empty', /mcp\.servers\.empty: moved aside .*has no command/],
    ['x-default_model', /default_model: moved aside/],
  ] as const) {
    expect(read('mcp_agent.config.yaml')).toContain(key);
    expect(notes).toEqual(expect.arrayContaining([expect.stringMatching(note)]));
  }
  expect(statSync(join(folder.dir, 'new/mcp_agent.secrets.yaml')).mode & 0o777).toBe(0o600);
  expect(read('.gitignore')).toMatch(/^mcp_agent\.secrets\.yaml$/m);
  expect(read('FROM-MCP-AGENT.md')).not.toContain('planted');

  const report = read('workflows/report.ts');
  expect(report).toContain("topic: string = 'tides', depth: number = 2): Promise<string>");
  expect(report).toContain('for (let i = 0; i < depth; i++) {');
  expect(report).toContain("if ((topic === 'none' && !(depth))) {");
  expect(report).toContain("const GREETING = 'Hello, \\'you\\' `there` ${now}';");
  // The error of what is missing is none that the Python code expects.
  expect(report).toContain('if (error instanceof Untranslated) throw error;');
  expect(report).toMatch(/note = untranslated\('main\.py:\d+: note = await self\.ask_the_oracle/);
  expect(report).toMatch(/untranslated\('main\.py:\d+: with open\("\/etc\/passwd"\) as f'\)/);
  expect(report).toContain('//     class ReportWorkflow(Workflow[str]):');
  expect(read('workflows/quick-tool.ts')).toContain('const found = await tasks.lookup(text);');
  expect(read('activities.ts')).toContain('export async function lookup(_query: string): Promise<string[]>');
  expect(notes).toEqual(expect.arrayContaining([expect.stringMatching(/^main\.py:\d+: .*ask_the_oracle/)]));
});

test('nothing is overwritten without --force, and never the project itself', async () => {
  using folder = emptyFolder();
  const source = pythonProject(folder.dir, { 'mcp_agent.config.yaml': CONFIG, 'main.py': PYTHON });
  const init = ['init', 'new', '--from', source, '--no-install'];
  expect((await mcpa(init, { cwd: folder.dir })).status).toBe(0);
  writeFileSync(join(folder.dir, 'new/workflows/report.ts'), 'mine');
  const again = await mcpa(init, { cwd: folder.dir });
  expect(again.stderr).toMatch(/^error PROJECT_EXISTS: /);
  expect(again.status).toBe(2);
  expect(readFileSync(join(folder.dir, 'new/workflows/report.ts'), 'utf8')).toBe('mine');
  expect((await mcpa([...init, '--force'], { cwd: folder.dir })).status).toBe(0);
  const itself = await mcpa(['init', source, '--from', source, '--force', '--no-install'], {
    cwd: folder.dir,
  });
  expect(itself.stderr).toMatch(/^error PROJECT_EXISTS: .*is the project to take over/);
  expect(readFileSync(join(source, 'mcp_agent.config.yaml'), 'utf8')).toBe(CONFIG);
});

test.each([
  ['no such folder', {}, /CONFIG_NOT_FOUND: there is no folder/],
  ['nothing to take', { 'notes.txt': 'x' }, /CONFIG_NOT_FOUND: .*no mcp_agent\.config\.yaml and no Python/],
  [
    'YAML that is none',
    { 'mcp_agent.config.yaml': 'a: [' },
    /CONFIG_INVALID: mcp_agent\.config\.yaml of the project/,
  ],
])('%s: an error with its fix, and nothing written', async (_, files, expected) => {
  using folder = emptyFolder();
  const source = pythonProject(folder.dir, files);
  const { status, stderr } = await mcpa(['init', 'new', '--from', source, '--no-install'], {
    cwd: folder.dir,
  });
  expect(stderr).toMatch(expected);
  expect(stderr).toMatch(/\nfix: /);
  expect(status).toBe(2);
  expect(existsSync(join(folder.dir, 'new'))).toBe(false);
});

test('Python that is no Python gives a stub that says so, and never steers the terminal', async () => {
  using folder = emptyFolder();
  const hostile =
    '@app.workflow\nclass W(Workflow):\n  async def run(self, x):\n    \u001b[31mevil = (((\n    y = `\n  */ }\n';
  const source = pythonProject(folder.dir, { 'main.py': hostile, 'broken.py': '"""no end\n@app.tool' });
  const init = ['init', 'new', '--from', source, '--no-install'];
  const { status, stdout, stderr } = await mcpa(init, { cwd: folder.dir });
  expect(status, stderr).toBe(0);
  expect(stdout + stderr).not.toContain('\u001b[31m');
  expect(readFileSync(join(folder.dir, 'new/workflows/w.ts'), 'utf8')).toContain('untranslated(');
});

test('the guide names every key that mcpa knows and does not use', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/from-mcp-agent.md'), 'utf8');
  const unsaid = UNSUPPORTED.map(([pattern]) => pattern.split('.').at(-1)!).filter(
    (key) => !guide.includes(key),
  );
  expect(unsaid).toEqual([]);
});
