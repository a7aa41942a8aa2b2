import { expect, test } from 'vitest';
import { type App, connect, type RunHandle } from '../../../src/client/index.js';
import type { Project } from '../project.js';
import { replay } from '../replay.js';
import { agentsProject, configOf, EDITOR, editorOf } from './project.js';

/** Who spoke, and what each was told to be. */
async function spoke(handle: RunHandle) {
  const { conversations } = await handle.messages();
  return conversations.map(({ definition }) => [
    definition?.agent,
    definition?.instruction,
    definition?.serverNames,
    definition?.tools.map(({ name }) => name),
  ]);
}

/** The activities of a run, in their order, with their inputs. */
async function activitiesOf(app: App, workflowId: string) {
  const { events } = await app.open.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled == null
      ? []
      : [
          {
            name: scheduled.activityType?.name,
            input: JSON.parse(Buffer.from(scheduled.input?.payloads?.[0]?.data ?? []).toString()),
          },
        ],
  );
}

const answered = (handle: RunHandle) => async () =>
  (await handle.messages()).conversations[0]?.messages.length;
const open = (project: Project) => connect({ cwd: project.dir, env: project.env });

test('a run keeps the agents of its start, a new run has the new ones, and both replay', async () => {
  await using project = await agentsProject();
  const worker = await project.worker();
  expect(worker.stdout + worker.stderr).toContain('agents writer, editor');
  await using app = await open(project);
  const old = await app.startWorkflow('WriteWorkflow');
  await expect.poll(answered(old), { timeout: 30_000 }).toBe(2);
  await worker.stop();

  project.write('mcp_agent.config.yaml', configOf('Write better.'));
  project.write(EDITOR, editorOf('Edit better.'));
  await project.worker();
  await old.signal('go');
  expect(await old.result()).toBe('written, edited');
  // The second was fetched for the first time when its file had changed.
  expect(await spoke(old)).toEqual([
    ['writer', 'Write.', ['fixture'], ['ask_human']],
    ['second', 'Edit.', [], []],
  ]);
  expect(await activitiesOf(app, old.workflowId)).toMatchObject([
    { name: 'mcpa.agentDefinitions', input: { wantSettings: true } },
    // One turn is the limit: the first is the last.
    { name: 'mcpa.generate', input: { agent: 'writer', model: 'scripted', final: true } },
    { name: 'mcpa.generate', input: { agent: 'second' } },
  ]);

  const next = await app.startWorkflow('WriteWorkflow');
  await next.signal('go');
  await next.result();
  expect((await spoke(next)).map(([, instruction]) => instruction)).toEqual([
    'Write better.',
    'Edit better.',
  ]);
  project.write(EDITOR, '---\nname: proofreader\n---\nRead.\n');
  await replay(project, old.workflowId);
  await replay(project, next.workflowId);
});

test('an unknown name is an error that lists those that exist', async () => {
  await using project = await agentsProject();
  await project.worker();
  const known = await project.mcpa(['run', 'KnownWorkflow', 'wirter']).done;
  expect(JSON.parse(known.stdout)).toEqual(['writer', 'editor']);
  const failed = await project.mcpa(['run', 'AskWorkflow', 'wirter']).done;
  expect(failed.status).toBe(1);
  expect(failed.stderr).toMatch(/there is no agent wirter in the config .* has: writer, editor/);
});

test('config show names the file of each agent; a broken file is an error of the config', async () => {
  await using project = await agentsProject();
  project.write(
    '.claude/agents/team/critic.md',
    '---\nname: critic\ntools: Read\n---\nOne line.\nAnother.\n',
  );
  const { stdout } = await project.mcpa(['config', 'show']).done;
  expect(stdout).toMatch(/agents\.definitions\.1\.name +critic +\.claude\/agents\/team\/critic\.md:1\n/);
  expect(stdout).toMatch(/agents\.definitions\.1\.instruction +One line\. Another\. /);
  expect(stdout).toMatch(/agents\.definitions\.2\.name +editor +\.mcp-agent\/agents\/editor\.md:1\n/);
  project.write('.claude/agents/team/critic.md', '---\nname: critic\nmodel: [\n---\n');
  const check = await project.mcpa(['config', 'check']).done;
  expect(check.status).toBe(2);
  expect(check.stderr).toMatch(/CONFIG_INVALID: \.claude\/agents\/team\/critic\.md:\d:\d+ not valid YAML/);
});

test('dev loads an agent that was edited, and keeps the last good ones when the edit is broken', async () => {
  await using project = await agentsProject();
  const dev = project.mcpa(['dev', '--json']);
  const printed = () => dev.stdout + dev.stderr;
  const soon = { timeout: 60_000 };
  await expect.poll(printed, soon).toMatch(/"agents":\["writer","editor"\]/);
  await using app = await open(project);
  // A folder that wasn't there when dev began.
  project.write('.claude/agents/critic.md', '---\nname: critic\n---\nCriticise.\n');
  await expect.poll(printed, soon).toMatch(/"agents":\["writer","critic","editor"\]/);
  // Until then the worker before may still take a run.
  await expect.poll(printed, soon).toMatch(/^stopped$/m);
  project.write('.claude/agents/critic.md', 'Criticise.\n');
  await expect.poll(printed, soon).toMatch(/critic\.md:1:1 an agent without front matter/);
  await expect.poll(printed, soon).toMatch(/keeps what it had/);
  const run = await app.startWorkflow('AskWorkflow', 'critic');
  expect(await run.result()).toBe('written');
  expect((await spoke(run))[0]?.[1]).toBe('Criticise.');
  expect((await dev.stop('SIGINT')).status).toBe(0);
});
