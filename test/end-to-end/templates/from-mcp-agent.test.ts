import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { initFrom } from '../../../src/cli/init/from/init-from.js';
import { loadConfig } from '../../../src/config/index.js';
import { Project } from '../project.js';
import { packagedExamples, projectsIn } from './packaged-examples.js';
import { bundle, linkPackages, replay, scaffold, shell } from './scaffold.js';

const MODULE = `
from mcp_agent.app import MCPApp
from mcp_agent.agents.agent import Agent
from temporalio import workflow

app = MCPApp(name="temporal_example")

@app.workflow
class ParallelWorkflow(Workflow[List[str]]):
    @app.workflow_run
    async def run(self, items: List[str]) -> WorkflowResult[List[str]]:
        async def process_item(item: str) -> str:
            agent = Agent(name=f"processor_{item}", instruction="Process individual items", server_names=[])
            async with agent:
                return await agent.generate_str(f"Process: {item}")
        results = await asyncio.gather(*[process_item(item) for item in items])
        return WorkflowResult(value=results)

@app.workflow
class InteractiveReviewWorkflow(InteractiveWorkflow[str]):
    @app.workflow_run
    async def run(self, content: str) -> WorkflowResult[str]:
        feedback = await self.wait_for_human_input(f"Review: {content}", timeout_seconds=3600)
        await app.context.executor.wait_for_signal(signal_name="publish", timeout_seconds=60)
        return WorkflowResult(value=f"{content}, {feedback}")

@app.workflow
class ControllableWorkflow(Workflow[str]):
    def __init__(self):
        super().__init__()
        self._paused = False

    @workflow.signal
    async def pause(self):
        self._paused = True

    @workflow.signal
    async def resume(self):
        self._paused = False

    @app.workflow_run
    async def run(self, input: str) -> WorkflowResult[str]:
        agent = Agent(name="worker")
        await workflow.wait_condition(lambda: not self._paused)
        async with agent:
            llm = await agent.attach_llm(OpenAIAugmentedLLM)
            return WorkflowResult(value=await llm.generate_str(message=input))

@app.async_tool(name="half_done")
async def half_done(text: str, app_ctx: Context | None = None) -> str:
    score = my_own_scorer(text)
    return f"{score}"
`;
const CONFIG = 'execution_engine: asyncio\nmcp:\n  servers: {}\n';
const SCRIPT = 'turns:\n  - when: { matches: . }\n    say: "did {{last}}"\n';

test("the page's patterns: taken over, type-checked, run to their results, replayed", {
  timeout: 120_000,
}, async () => {
  await using project = await scaffold('basic');
  const source = join(project.dir, 'python');
  project.write('python/workflow.py', MODULE);
  project.write('python/mcp_agent.config.yaml', CONFIG);
  await using taken = new Project();
  const target = taken.dir;
  const init = await project.mcpa(['init', target, '--from', source, '--no-install']).done;
  expect(init.status, init.stderr).toBe(0);
  expect(init.stderr).toMatch(/note .*execution_engine: asyncio became temporal/);
  linkPackages(target);
  const types = await shell(taken, 'tsc --noEmit').done;
  expect(types.status, types.stdout).toBe(0);

  taken.write('script.yaml', SCRIPT);
  Object.assign(taken.env, { MCPA_MODEL: 'scripted', MCPA_SCRIPT: join(target, 'script.yaml') });
  const worker = await taken.worker();
  const id = (name: string) => `${taken.queue}-${name}`;
  const start = (name: string, ...args: string[]) => taken.mcpa(['run', name, ...args, '--id', id(name)]);
  const review = start('InteractiveReviewWorkflow', 'a draft');
  const parallel = await start('ParallelWorkflow', '--input', '["a","b"]').done;
  expect(JSON.parse(parallel.stdout), parallel.stderr).toEqual(['did Process: a', 'did Process: b']);
  const controllable = await start('ControllableWorkflow', 'task').done;
  expect(controllable.stdout.trim(), controllable.stderr).toBe('did task');
  // Half translated: it fails where the Python was not, and says where.
  const half = await start('HalfDone', 'text').done;
  expect(half.status).toBe(1);
  expect(half.stderr).toMatch(/not translated yet: workflow\.py:\d+: score = my_own_scorer\(text\)/);
  // The signal comes before the code waits for it, and is kept.
  await review.output(/Review: a draft/);
  const review_ = id('InteractiveReviewWorkflow');
  expect((await taken.mcpa(['signal', 'publish', review_]).done).status).toBe(0);
  expect((await taken.mcpa(['answer', review_, '--text', 'good']).done).status).toBe(0);
  expect((await review.done).stdout.trim()).toBe('a draft, good');
  expect((await worker.stop('SIGTERM')).status).toBe(0);
  for (const name of ['ParallelWorkflow', 'InteractiveReviewWorkflow', 'ControllableWorkflow'])
    await replay(taken, id(name));
});

test('the packaged examples of mcp-agent 0.2.6: config loads, stubs compile and bundle', {
  timeout: 400_000,
}, async (ctx) => {
  let examples: string;
  try {
    examples = await packagedExamples();
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    console.warn(`NOT TESTED: mcp-agent 0.2.6 could not be fetched from PyPI: ${(error as Error).message}`);
    return ctx.skip('PyPI is out of reach (with CI=true this is a failure)');
  }
  const sources = projectsIn(examples);
  expect(sources.map((path) => relative(examples, path))).toEqual(
    expect.arrayContaining(['cloud/temporal', 'cloud/agent_factory', 'workflows/workflow_parallel']),
  );
  await using project = await scaffold('basic');
  const all = join(project.dir, 'all');
  mkdirSync(all);
  linkPackages(all);
  const stubs: Record<string, string[]> = {};
  for (const source of sources) {
    const name = `${basename(dirname(source))}-${basename(source)}`;
    const dir = join(all, name);
    const { workflows, notes } = await initFrom(source, dir, { name, mcpa: '*' }, false);
    stubs[name] = workflows;
    const { warnings } = await loadConfig({ cwd: dir, env: {}, homeDir: dir, require: true });
    expect(
      warnings.map(({ key }) => key),
      name,
    ).toEqual([]);
    // What could not be taken is said.
    const report = readFileSync(join(dir, 'FROM-MCP-AGENT.md'), 'utf8');
    for (const note of notes) expect(report).toContain(note);
  }
  // One run of the compiler for all of them, with the options of one.
  const options = JSON.parse(readFileSync(join(all, 'cloud-temporal/tsconfig.json'), 'utf8'));
  const include = ['*/*.ts', '*/workflows'];
  writeFileSync(join(all, 'tsconfig.json'), JSON.stringify({ ...options, include }));
  writeFileSync(join(all, 'package.json'), '{ "type": "module" }');
  const types = await shell({ dir: all, env: project.env }, 'tsc --noEmit').done;
  expect(types.status, types.stdout).toBe(0);
  expect(stubs['cloud-temporal']).toEqual([
    'BasicAgentWorkflow',
    'FinderTool',
    'PauseResumeWorkflow',
    'SamplingWorkflow',
    'ElicitationWorkflow',
    'NotificationsWorkflow',
  ]);
  for (const name of ['cloud-temporal', 'cloud-agent_factory', 'workflows-workflow_parallel']) {
    const { workflows } = await bundle(join(all, name), {});
    expect(workflows.map((each) => each.name).sort()).toEqual([...stubs[name]!].sort());
  }
});
