import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { shapes } from '../../json/index.mjs';
import type { Project } from '../project.js';
import { encryptedProject, engineKnows, newKey, PLAIN, withKeys } from './project.js';

const keys = { k1: newKey() };
const id = `asked-${process.pid}`;
const failed = `failed-${process.pid}`;
let project: Project;

beforeAll(async () => {
  project = await encryptedProject(keys);
  await project.worker();
  const done = await Promise.all([
    project.mcpa(['run', 'AskWorkflow', `tell me of ${PLAIN}`, '--id', id, '--until-blocked', '--quiet'])
      .done,
    project.mcpa(['run', 'FailWorkflow', PLAIN, '--id', failed]).done,
  ]);
  expect(
    done.map(({ status }) => status),
    done.map(({ stderr }) => stderr).join(),
  ).toEqual([6, 1]);
});
afterAll(() => project?.[Symbol.asyncDispose]());

test('nothing of a run is readable at the engine: messages, tools, questions, failures and their stacks', async () => {
  for (const run of [id, failed]) {
    const known = await engineKnows(project, run);
    expect(known).toContain('binary/encrypted');
    expect(known).not.toContain(PLAIN);
  }
  const known = await engineKnows(project, failed);
  expect(known).toContain('Encoded failure');
  expect(known).not.toContain('fixture.ts');
});

test('with the key, all that reads runs reads this one', async () => {
  await using app = await connect({ cwd: project.dir, env: project.env });
  const { runs } = await app.list({ query: `WorkflowId = "${id}"` });
  expect(runs).toMatchObject([{ status: 'human', totals: { turns: 2 } }]);
  const handle = app.getHandle(id);
  const details = await handle.details();
  expect(details.input).toContain(PLAIN);
  expect(details.questions).toMatchObject([{ prompt: `Is ${PLAIN} right?` }]);
  const { failure } = await app.getHandle(failed).details();
  expect(failure).toMatchObject({ message: `broken: ${PLAIN}`, at: expect.stringContaining('fixture.ts') });
  expect(JSON.stringify(await handle.messages())).toContain(`the answer of ${PLAIN}`);
  expect(await app.inbox(`WorkflowId = "${id}"`)).toMatchObject([
    { question: { prompt: `Is ${PLAIN} right?` } },
  ]);
  await handle.signal('say', PLAIN);
  expect(await handle.query('said')).toBe(PLAIN);
  expect(await handle.update('shout', { args: [PLAIN] })).toBe(PLAIN.toUpperCase());
  await expect(app.getHandle(failed).result()).rejects.toMatchObject({ message: `broken: ${PLAIN}` });
});

test('tail tells an encrypted run like any other', async () => {
  const { stdout, status } = await project.mcpa(['tail', id, '--no-follow', '--json']).done;
  expect(status).toBe(0);
  const events: Array<{ type: string; text?: string }> = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const types = ['model_call_completed', 'tool_call_completed', 'question_asked', 'signal', 'update'];
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(types));
  expect(events.find(({ type }) => type === 'tool_call_completed')?.text).toContain(PLAIN);
});

test('a failed run is retried, and fails again with a message that the key reads', async () => {
  const retried = await project.mcpa(['retry', failed, '--follow']).done;
  expect(retried.status).toBe(1);
  expect(retried.stderr).toContain(`broken: ${PLAIN}`);
});

test('without the key, each command names the one that is missing', async () => {
  const missing = {
    code: 'ENCRYPTION_KEY_MISSING',
    message: 'encrypted with key id "k1"; this command has no key',
  };
  const { MCPA_ENCRYPTION_KEYS: _, ...env } = project.env;
  await using app = await connect({ cwd: project.dir, env });
  const handle = app.getHandle(id);
  const tail = async () => {
    for await (const event of handle.events({ follow: false })) expect(event).toBeUndefined();
  };
  const reads = [
    () => handle.details(),
    () => handle.messages(),
    () => handle.questions(),
    () => handle.query('said'),
    () => handle.update('shout', { args: ['x'] }),
    () => handle.pause(),
    () => handle.answer({ text: PLAIN }),
    tail,
  ];
  for (const read of reads) await expect(read()).rejects.toMatchObject(missing);
  await expect(app.getHandle(failed).result()).rejects.toMatchObject({ message: missing.message });
  const { status, stdout, stderr } = await withKeys(project, undefined, ['describe', id]);
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toContain(missing.message);
  expect(stderr).toContain('MCPA_ENCRYPTION_KEYS=k1:');
});

test('without the key, list and inbox show what they can and say what they lack', async () => {
  const list = await withKeys(project, undefined, ['list', '--query', `WorkflowId = "${id}"`]);
  expect(list.status).toBe(0);
  expect(list.stdout).toContain(id);
  expect(list.stderr).toContain('encrypted with key id "k1"');
  const inbox = await withKeys(project, undefined, ['inbox', '--query', `WorkflowId = "${id}"`]);
  expect(inbox.stdout).toContain(id);
  expect(inbox.stdout).toContain('! encrypted with key id "k1"; this command has no key');
  // No answer can be given without the key.
  expect(inbox.stdout).not.toMatch(/mcpa answer|--question/);
  const json = await withKeys(project, undefined, ['inbox', '--json', '--query', `WorkflowId = "${id}"`]);
  expect(shapes.inbox.parse(JSON.parse(json.stdout))).toMatchObject({
    questions: [{ workflowId: id, locked: expect.stringContaining('key id "k1"') }],
  });
});

test('check says that a key is missing or wrong, not that the code does not fit', async () => {
  const checked = async (given: Parameters<typeof withKeys>[1]) => {
    const { status, stderr } = await withKeys(project, given, ['check', '--open']);
    return { status, code: /^error (\w+)/m.exec(stderr)?.[1] };
  };
  expect(await checked(undefined)).toEqual({ status: 3, code: 'ENCRYPTION_KEY_MISSING' });
  expect(await checked({ k1: newKey() })).toEqual({ status: 3, code: 'ENCRYPTION_KEY_WRONG' });
  expect((await project.mcpa(['check', '--open']).done).stdout).toBe('the run fits\n');
});

test('a key of the same id that is another one is told from a missing one', async () => {
  const { status, stderr } = await withKeys(project, { k1: newKey() }, ['messages', id]);
  expect(status).toBe(3);
  expect(stderr).toContain('ENCRYPTION_KEY_WRONG');
});

test('an answer reaches the run, and its result is printed', async () => {
  expect(await project.mcpa(['answer', id, '--text', 'surely']).done).toMatchObject({ status: 0 });
  const wait = await project.mcpa(['wait', id, '--quiet']).done;
  expect(wait.stdout.trim()).toBe(`the answer of ${PLAIN} surely`);
  const result = await withKeys(project, undefined, ['result', id]);
  expect(result).toMatchObject({ status: 3, stdout: '' });
  expect(result.stderr).toContain('encrypted with key id "k1"');
  expect(await engineKnows(project, id)).not.toMatch(/surely|plain-words/);
});

test('what people wrote goes over to the run that continues, unread by the engine', async () => {
  const chain = `chain-${process.pid}`;
  await project.mcpa(['run', 'ChainWorkflow', '0', '--id', chain, '--detach']).done;
  expect(await project.mcpa(['answer', chain, '--text', `early ${PLAIN}`]).done).toMatchObject({ status: 0 });
  expect(await project.mcpa(['signal', 'go', chain]).done).toMatchObject({ status: 0 });
  expect((await project.mcpa(['wait', chain, '--quiet']).done).stdout.trim()).toBe(`early ${PLAIN}`);
  const known = await engineKnows(project, chain);
  expect(known).toContain('mcpa-carry');
  expect(known).not.toContain(PLAIN);
});
