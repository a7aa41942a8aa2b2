import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';
import type { Project } from '../project.js';
import { operateProject } from './project.js';

const ASK = `
conversations:
  asker:
    - tools: [{ tool: ask_human, args: { question: "What is your name?" } }]
    - say: "Hello {{last}}"
`;

interface Inbox {
  questions: Array<{ workflowId: string; question: { id: string; prompt: string; agent?: string } }>;
}

/** Other tests wait for people in the same namespace. */
const own = (project: Project) => `TaskQueue = '${project.queue}'`;

/** Looks without a process of its own until so many questions are open; the command's own look is `inbox`. */
async function asked(project: Project, questions: number): Promise<void> {
  await using app = await connect({ cwd: project.dir, env: project.env });
  await expect
    .poll(async () => (await app.inbox(own(project))).length, { timeout: 30_000, interval: 200 })
    .toBe(questions);
}

async function inbox(project: Project): Promise<Inbox> {
  const query = own(project);
  const { stdout, stderr, status } = await project.mcpa(['inbox', '--query', query, '--json']).done;
  expect(status, stderr).toBe(0);
  return shapes.inbox.parse(JSON.parse(stdout)) as Inbox;
}

test('A7: started in one process, asked over a kill -9, answered from a third; the first prints the result', async () => {
  await using project = await operateProject();
  const worker = await project.worker();
  const run = project.mcpa([
    'run',
    'InteractiveReviewWorkflow',
    '{"timeout":"3600s","choices":["yes","no"]}',
  ]);
  await asked(project, 1);
  await worker.stop('SIGKILL');
  const [entry] = (await inbox(project)).questions;
  expect(entry?.question).toMatchObject({ id: 'q1', prompt: 'Is this draft good?', choices: ['yes', 'no'] });
  const id = entry?.workflowId as string;

  const queued = await project.mcpa(['answer', id, '--choice', 'yes', '--json']).done;
  expect(shapes.answer.parse(JSON.parse(queued.stdout))).toMatchObject({ workflowId: id, state: 'queued' });
  await project.worker();
  expect(await run.done).toMatchObject({ status: 0, stdout: 'reviewed: yes\n' });
  expect((await inbox(project)).questions).toEqual([]);
  const late = await project.mcpa(['answer', id, '--text', 'late']).done;
  expect(late).toMatchObject({ status: 2, stdout: '' });
  expect(late.stderr).toContain('RUN_CLOSED');
});

test('B6: the model asks through a tool; the answer comes by command', async () => {
  await using project = await operateProject(ASK);
  await project.worker();
  const run = project.mcpa(['run', 'AskingWorkflow', 'greet me', '--id', `ask-${project.queue}`]);
  await asked(project, 1);
  const [entry] = (await inbox(project)).questions;
  expect(entry?.question).toMatchObject({ agent: 'asker', prompt: 'What is your name?' });
  const wrong = await project.mcpa(['answer', `ask-${project.queue}`, '--question', 'q7', '--text', 'x'])
    .done;
  expect(wrong).toMatchObject({ status: 2, stdout: '' });
  expect(wrong.stderr).toContain('no question q7');
  const answered = await project.mcpa(['answer', `ask-${project.queue}`, '--text', 'Ada']).done;
  expect(answered).toMatchObject({ status: 0, stdout: `answered q1 of run ask-${project.queue}\n` });
  expect(await run.done).toMatchObject({ status: 0, stdout: 'Hello Ada\n' });
});

test('B6: an answer before the question is kept; two askers at once have a question each', async () => {
  await using project = await operateProject();
  const early = await project.mcpa(['run', 'InteractiveReviewWorkflow', '{}', '--detach']).done;
  const kept = await project.mcpa(['answer', early.stdout.trim(), '--text', 'early']).done;
  expect(kept.status, kept.stderr).toBe(0);
  await project.worker();
  expect(await project.mcpa(['wait', early.stdout.trim()]).done).toMatchObject({
    stdout: 'reviewed: early\n',
  });

  const both = await project.mcpa(['run', 'TwoQuestionsWorkflow', '--detach']).done;
  const id = both.stdout.trim();
  await asked(project, 2);
  const unnamed = await project.mcpa(['answer', id, '--text', 'which?']).done;
  expect(unnamed).toMatchObject({ status: 2 });
  expect(unnamed.stderr).toMatch(/2 questions are open \(q1, q2\)/);
  for (const [question, text] of [
    ['q2', 'two'],
    ['q1', 'one'],
  ])
    await project.mcpa(['answer', id, '--question', question as string, '--text', text as string]).done;
  const { stdout } = await project.mcpa(['wait', id]).done;
  expect(JSON.parse(stdout)).toEqual(['one', 'two']);
});

test('an answer without an id is for what waits on this task queue', async () => {
  await using elsewhere = await operateProject();
  await using project = await operateProject();
  await Promise.all([elsewhere.worker(), project.worker()]);
  for (const each of [elsewhere, project])
    await each.mcpa(['run', 'InteractiveReviewWorkflow', '{}', '--detach', '--id', each.queue]).done;
  for (const each of [elsewhere, project]) await asked(each, 1);
  const answered = await project.mcpa(['answer', '--text', 'here']).done;
  expect(answered).toMatchObject({ status: 0, stdout: `answered q1 of run ${project.queue}\n` });
  expect((await inbox(elsewhere)).questions).toHaveLength(1);
});

test('no answer is given and no terminal is there: usage, with the flags to use', async () => {
  await using project = await operateProject();
  const none = await project.mcpa(['answer', 'some-run']).done;
  expect(none).toMatchObject({ status: 2, stdout: '' });
  expect(none.stderr).toContain('--text');
  const twice = await project.mcpa(['answer', 'some-run', '--text', 'a', '--approve']).done;
  expect(twice).toMatchObject({ status: 2, stdout: '' });
  const unknown = await project.mcpa(['answer', 'no-such-run-at-all', '--text', 'a']).done;
  expect(unknown).toMatchObject({ status: 2, stdout: '' });
  expect(unknown.stderr).toContain('RUN_UNKNOWN');
});
