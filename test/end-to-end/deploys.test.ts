import { expect, test } from 'vitest';
import { connect, type RunHandle } from '../../src/client/index.js';
import { slowProject, stagedWorkflow } from './slow-project.js';

const SCRIPT = `
turns:
  - when: { contains: again }
    tools: [{ tool: echo, args: { text: three } }, { tool: echo, args: { text: four } }]
  - when: { contains: three }
    say: "{{last}}"
  - when: { contains: four }
    say: "{{result.2}} {{result.3}}"
  - when: { contains: two }
    say: "{{result.0}} {{result.1}}"
  - tools: [{ tool: echo, args: { text: one } }, { tool: echo, args: { text: two } }]
`;

/** Agent steps before and after a wait that a test ends. */
const WORKFLOW = stagedWorkflow(
  "const first = await agent.generateStr('begin');",
  "first + ', ' + (await agent.generateStr('again'))",
);

async function reached(handle: RunHandle, type: string, times: number): Promise<void> {
  let seen = 0;
  for await (const event of handle.events({ live: false })) {
    if (event.type === type && ++seen === times) return;
  }
  throw new Error(`${handle.workflowId} ended without ${type}`);
}

/** Several workers start one after the other: on a busy machine that takes its time. */
const PATIENCE_MS = 180_000;

test(
  'C8: a deploy that does not fit an open run blocks it; a rollback heals it',
  async () => {
    await using project = await slowProject(SCRIPT);
    project.write('workflows/staged.ts', WORKFLOW);
    await using app = await connect({ cwd: project.dir, env: project.env });
    const first = await project.worker();
    const handle = await app.startWorkflow('StagedWorkflow');
    await reached(handle, 'model_call_completed', 2);
    await first.stop();

    project.write(
      'workflows/staged.ts',
      WORKFLOW.replace(
        "const first = await agent.generateStr('begin')",
        'const first = String(await agent.listTools())',
      ),
    );
    const deployed = await project.worker();
    const wait = project.mcpa(['wait', handle.workflowId]);
    await handle.signal('go');
    await reached(handle, 'task_failed', 1);
    await wait.output(/is blocked, not failed: the workflow code of worker .* does not fit/);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await deployed.stop();

    project.write('workflows/staged.ts', WORKFLOW);
    await project.worker();
    const { status, stdout, stderr } = await wait.done;
    expect(status, stderr).toBe(0);
    expect(stdout.trim()).toBe('one two, three four');
    // History keeps the failed task, but it is no news.
    const again = await project.mcpa(['wait', handle.workflowId]).done;
    expect(again.stdout.trim()).toBe('one two, three four');
    expect(again.stderr).not.toContain('is blocked');
  },
  PATIENCE_MS,
);

test(
  'C12: keys that may change while a run is open: it replays and goes on as it began',
  async () => {
    await using project = await slowProject(SCRIPT);
    project.write('workflows/staged.ts', WORKFLOW);
    await using app = await connect({ cwd: project.dir, env: project.env });
    const first = await project.worker();
    const begun = await app.startWorkflow('StagedWorkflow');
    await reached(begun, 'model_call_completed', 2);
    await first.stop();

    const config = project.read('mcp_agent.config.yaml');
    const changed = config
      .replace('temporal: {', 'temporal: { timeout_seconds: 55, max_concurrent_workflows: 9,')
      .replace('heartbeat_seconds: 1', 'heartbeat_seconds: 2')
      .replace('maximum_attempts: 5', 'maximum_attempts: 7, initial_interval: 3')
      .replace(
        '    fixture:\n',
        '    fixture:\n      timeout_seconds: 44\n      retry: { maximum_attempts: 2 }\n',
      )
      .concat('agents: { max_iterations: 1, parallel_tool_calls: false, max_tokens: 999 }\n');
    expect(changed.match(/55|44|heartbeat_seconds: 2|: 7|attempts: 2/g)).toHaveLength(5);
    project.write('mcp_agent.config.yaml', changed);
    await project.worker();
    await begun.signal('go');
    expect(await begun.result()).toBe('one two, three four');
    const events = await namesOf(begun);
    expect(events).not.toContain('task_failed');
    // Both tools were started before either had answered, as when it began.
    const calls = events.filter((name) => name.startsWith('tool_call'));
    expect(calls.slice(4)).toEqual(
      ['started', 'started', 'completed', 'completed'].map((s) => `tool_call_${s}`),
    );

    // The change is in force: a new run's agents have one turn, in which no tool is called.
    const later = await app.startWorkflow('StagedWorkflow');
    await later.signal('go');
    await later.result().catch(() => undefined);
    expect((await namesOf(later)).filter((name) => name.startsWith('tool_call'))).toEqual([]);
  },
  PATIENCE_MS,
);

async function namesOf(handle: RunHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const event of handle.events({ live: false })) names.push(event.type);
  return names;
}
