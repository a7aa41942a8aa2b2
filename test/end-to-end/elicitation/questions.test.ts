import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';
import { BACKSPACE, DOWN, ENTER, inTerminal } from '../in-terminal.js';
import { freePort } from '../processes.js';
import type { Command, Project } from '../project.js';
import { replay } from '../replay.js';
import { askingProject, questionsOf, SERVERS, serve, webServers } from './project.js';

let project: Project;
let app: App;

const https: Command[] = [];

beforeAll(async () => {
  const ports = [await freePort(), await freePort()] as const;
  project = await askingProject(SERVERS + webServers(...ports));
  https.push(await serve(project, 'asking-server.mjs', ports[0]));
  https.push(await serve(project, 'pushing-server.mjs', ports[1]));
  await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  for (const http of https) await http.stop();
  await project[Symbol.asyncDispose]();
});

const call = (server: string, tool: string) => app.startWorkflow('CallWorkflow', server, tool);
const mcpa = (...args: string[]) => project.mcpa(args).done;

test('two rounds of forms: shown with their fields, checked before they are sent, one effect', async () => {
  const handle = await app.startWorkflow('ModelWorkflow', 'asking');
  const id = handle.workflowId;
  expect(await questionsOf(handle)).toMatchObject([
    {
      id: 'q1',
      kind: 'form',
      prompt: 'Who comes?',
      agent: 'asker',
      tool: { server: 'asking', tool: 'book' },
      schema: { required: ['name', 'guests', 'seat'] },
    },
  ]);
  const shown = await mcpa('inbox', '--query', `WorkflowId = '${id}'`);
  expect(shown.stdout).toContain(
    'asking.book asks: Who comes? {name (text), mail? (email), day? (date), guests (integer, 2)',
  );
  expect(shown.stdout).toContain(`mcpa answer ${id} --question q1 --input '{…}' | --decline | --cancel`);
  const [entry] = await app.inbox(`WorkflowId = '${id}'`);
  expect(shapes.inbox.parse({ v: 1, questions: [entry], refusals: [] })).toBeDefined();

  for (const [form, field] of [
    ['{"name":"A","seat":"left"}', 'name: must have 2 characters or more'],
    ['{"name":"7th","seat":"left"}', 'name: must match the pattern ^[\\p{L}\\p{M}]'],
    ['{"name":"Ada","seat":"middle"}', 'seat: must be one of left, right'],
    ['{"name":"Ada","seat":"left","colour":"red"}', 'colour: the form has no such field'],
  ]) {
    const wrong = await app
      .getHandle(id)
      .answer({ action: 'accept', content: JSON.parse(form!) })
      .catch((error: Error) => error);
    expect(wrong).toMatchObject({ code: 'ANSWER_REFUSED', message: expect.stringContaining(field!) });
  }
  const wrong = await mcpa('answer', id, '--input', '{"name":"Ada","seat":"left","day":"2026-02-30"}');
  expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('field day: must be a date') });

  await handle.answer({ action: 'accept', content: { name: 'Ada', seat: 'left', extras: ['tea'] } });
  await expect.poll(async () => (await handle.questions())[0]?.id, { timeout: 30_000 }).toBe('q2');
  expect(project.read('effects.log')).not.toContain('booked');
  await handle.answer({ action: 'accept', content: { sure: true } });
  expect(await handle.result()).toBe(
    'The tool said: {"name":"Ada","seat":"left","extras":["tea"],"guests":2,"window":false,"meal":"v","sure":true}',
  );
  expect(project.read('effects.log').match(/booked Ada/g)).toHaveLength(1);
  expect((await handle.details()).agents[0]).toMatchObject({ turns: 2, toolCalls: 1 });
  const types: string[] = [];
  for await (const event of handle.events()) {
    shapes.tail.parse({ v: 1, ...event });
    if (/question|answer|tool_call_c/.test(event.type)) types.push(event.type);
  }
  expect(types.join()).toBe(
    'tool_call_completed,question_asked,answer,question_closed,tool_call_completed,question_asked,answer,question_closed,tool_call_completed',
  );
  await replay(project, id);
});

test('several questions of one round are answered each alone, a page with its whole URL; all reach the tool', async () => {
  const handle = await call('asking', 'both');
  const questions = await questionsOf(handle, 2);
  expect(questions).toMatchObject([
    { kind: 'form', prompt: 'Sure?' },
    { kind: 'url', prompt: 'Sign in', url: 'https://example.com/sign-in?id=7' },
  ]);
  const tail = project.mcpa(['tail', handle.workflowId]);
  await tail.output(/--question q1 --input '\{…\}'[\s\S]*--question q2 --done/);
  tail.child.kill('SIGINT');
  const { stdout } = await mcpa('inbox', '--query', `WorkflowId = '${handle.workflowId}'`);
  expect(stdout).toMatch(
    /asking\.both wants a page visited: Sign in https:\/\/example\.com\/sign-in\?id=7$/m,
  );
  await expect(handle.answer({ action: 'accept' })).rejects.toMatchObject({
    message: expect.stringContaining('2 questions are open'),
  });
  const answers = [
    ['q2', '--done'],
    ['q1', '--input', '{"sure":false}'],
  ];
  for (const { status, stderr } of await Promise.all(
    answers.map((flags) => mcpa('answer', handle.workflowId, '--question', ...flags)),
  ))
    expect(status, stderr).toBe(0);
  expect(JSON.parse((await handle.result()) as string)).toEqual({
    form: { action: 'accept', content: { sure: false } },
    page: { action: 'accept' },
  });
});

test('of several runs that wait, each is offered by the question that it is asked first', async () => {
  const handles = [await call('asking', 'both'), await call('asking', 'both')];
  for (const handle of handles) await questionsOf(handle, 2);
  const { run, press } = inTerminal(['answer'], project.dir, project.env);
  const [shown] = await run.output(/Which question\?[\s\S]*Enter: confirm/);
  expect(shown).toMatch(/CallWorkflow: Sure\?[\s\S]*CallWorkflow: Sure\?/);
  expect(shown).not.toContain('Sign in');
  press('\u0003');
  expect((await run.done).status).toBe(130);
  for (const handle of handles) await handle.terminate();
});

test('accept, decline and cancel are different answers', async () => {
  const handles = await Promise.all([call('asking', 'book'), call('asking', 'book')]);
  for (const [index, action] of (['decline', 'cancel'] as const).entries()) {
    await questionsOf(handles[index]!);
    await mcpa('answer', handles[index]!.workflowId, `--${action}`);
    expect(await handles[index]!.result()).toBe(`booking: ${action}`);
  }
});

test('a deadline is cancel; a tool that never has enough is given up; one that only waits is called again', async () => {
  const [late, insatiable, again] = await Promise.all([
    call('limited', 'book'),
    call('limited', 'insatiable'),
    call('asking', 'again'),
  ]);
  expect(await late.result()).toBe('booking: cancel');
  expect(await insatiable.result()).toBe(
    'error: The call of insatiable was given up: it still asked after 2 rounds.',
  );
  expect(await again.result()).toBe('called 2 times');
});

test('a state that has expired is an error that the model reads, and no effect', async () => {
  const handle = await app.startWorkflow('ModelWorkflow', 'late');
  const [question] = await questionsOf(handle);
  await expect
    .poll(() => Date.now(), { timeout: 5_000 })
    .toBeGreaterThan(Date.parse(question!.askedAt) + 2_100);
  await handle.answer({ action: 'accept', content: { name: 'Lata', seat: 'left' } });
  expect(await handle.result()).toMatch(
    /book of MCP server late was refused with the answers to what it had asked: .*(expired|requestState)/i,
  );
  expect(project.read('effects.log')).not.toContain('Lata');
});

test('what nobody can be asked is an error of the tool: a page without https, a server that may not ask', async () => {
  const [plain, mute] = await Promise.all([call('asking', 'plain'), call('mute', 'book')]);
  expect(await plain.result()).toMatch(/^error: plain .* asked in vain: .*neither https nor on this machine/);
  expect(await mute.result()).toMatch(/^error: .*elicitation/i);
});

test("the server's text can't steer the terminal", async () => {
  const handle = await call('asking', 'steer');
  await questionsOf(handle);
  const [inbox, described] = await Promise.all([
    mcpa('inbox', '--query', `WorkflowId = '${handle.workflowId}'`),
    mcpa('describe', handle.workflowId),
  ]);
  for (const { stdout } of [inbox, described]) {
    expect(stdout).toContain('asking.steer asks: m');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  }
  await handle.answer({ action: 'cancel' });
  await handle.result();
});

const count = (line: string) =>
  project
    .read('effects.log')
    .split('\n')
    .filter((each) => each === line).length;
const accept = (name: string) => ({ action: 'accept' as const, content: { name, seat: 'left' } });

test('a server of 2025 asks in the middle of its call, twice; the answers reach it there', async () => {
  const handle = await call('pushing', 'book');
  expect(await questionsOf(handle)).toMatchObject([
    {
      id: 'q1',
      kind: 'form',
      prompt: 'Who comes?',
      expiresAt: expect.any(String),
      tool: { server: 'pushing' },
    },
  ]);
  for (const name of ['A', '7th'])
    await expect(handle.answer(accept(name))).rejects.toMatchObject({ code: 'ANSWER_REFUSED' });
  await handle.answer(accept('Pia'));
  await expect.poll(async () => (await handle.questions())[0]?.id, { timeout: 30_000 }).toBe('q2');
  await handle.answer({ action: 'accept', content: { sure: true } });
  expect(JSON.parse((await handle.result()) as string)).toMatchObject({ name: 'Pia', guests: 2, sure: true });
  expect(count('booked Pia')).toBe(1);
  expect((await handle.details()).agents[0]).toMatchObject({ toolCalls: 1 });
  await replay(project, handle.workflowId);
});

test('twelve calls of one run ask at once, over HTTP of 2025: what it can hold no more waits, and answers get through', async () => {
  const handle = await app.startWorkflow('CrowdWorkflow', 'oldweb', 'book', 12);
  const answered = new Set<string>();
  await expect
    .poll(
      async () => {
        for (const { id } of await handle.questions()) {
          if (answered.has(id)) continue;
          expect(await handle.answer({ action: 'decline', question: id })).toMatchObject({
            state: 'accepted',
          });
          answered.add(id);
        }
        return answered.size;
      },
      { timeout: 60_000 },
    )
    .toBe(12);
  expect(await handle.result()).toEqual(Array.from({ length: 12 }, () => 'booking: decline'));
});

test('over HTTP each question finds the run whose call it came with; over stdio only a process of its own tells', async () => {
  const [one, two, fresh] = await Promise.all([
    call('oldweb', 'book'),
    call('oldweb', 'book'),
    call('web', 'book'),
  ]);
  for (const handle of [one, two, fresh]) await questionsOf(handle);
  await two.answer(accept('Two'));
  await one.answer(accept('One'));
  await fresh.answer(accept('Fresh'));
  for (const handle of [one, two, fresh]) {
    await expect.poll(async () => (await handle.questions())[0]?.id, { timeout: 30_000 }).toBe('q2');
    await handle.answer({ action: 'accept', content: { sure: false } });
  }
  const names = await Promise.all(
    [one, two, fresh].map(async (h) => JSON.parse((await h.result()) as string).name),
  );
  expect(names).toEqual(['One', 'Two', 'Fresh']);

  const first = await call('pushing', 'book');
  await questionsOf(first);
  const second = await call('pushing', 'book');
  expect(await second.result()).toMatch(/^error: .*several runs call this server at once/);
  await first.answer({ action: 'decline' });
  expect(await first.result()).toBe('booking: decline');

  const kept = await Promise.all([call('kept', 'book'), call('kept', 'book')]);
  for (const handle of kept) await questionsOf(handle);
  for (const [index, action] of (['cancel', 'decline'] as const).entries()) {
    await kept[index]!.answer({ action });
    expect(await kept[index]!.result()).toBe(`booking: ${action}`);
  }
});

test('its deadline is cancel, its questions are counted; a page to visit before the call; off declares nothing', async () => {
  const [hasty, visit, silent, open] = await Promise.all([
    call('hasty', 'book'),
    call('pushing', 'visit'),
    call('silent', 'capability'),
    call('pushing', 'capability'),
  ]);
  expect(await hasty.result()).toBe('booking: cancel');
  const insisting = await call('hasty', 'insist');
  expect(await insisting.result()).toMatch(/^asked 2 times: .*a call may ask 2 times/);
  expect(await silent.result()).toBe('none');
  expect(JSON.parse((await open.result()) as string)).toEqual({ form: {}, url: {} });
  expect(await questionsOf(visit)).toMatchObject([{ kind: 'url', url: 'https://example.com/sign-in' }]);
  await visit.answer({ action: 'accept' });
  expect(await visit.result()).toBe('visited');
  expect(count('visit')).toBe(2);
});

test('answer asks field by field at a terminal, and says at once what a field does not take', async () => {
  const handle = await call('asking', 'book');
  await questionsOf(handle);
  const { run, press } = inTerminal(['answer', handle.workflowId], project.dir, project.env);
  const keys = async (shown: RegExp, ...pressed: string[]) => {
    await run.output(shown);
    for (const each of pressed) press(each);
  };
  await keys(/asking\.book asks: Who comes\?/, ENTER);
  await keys(/Your name \(pattern /, 'A', ENTER);
  await keys(/must have 2 characters or more/, 'da', ENTER);
  await keys(/mail \(optional\) \(an e-mail address\)/, ENTER);
  await keys(/day \(optional\)/, ENTER);
  await keys(/guests/, BACKSPACE, '9', ENTER);
  await keys(/must be 8 or less/, BACKSPACE, '3', ENTER);
  await keys(/price \(optional\)/, '1.5', ENTER);
  await keys(/window \(optional\)/, ENTER);
  await keys(/◆ +seat/, DOWN, ENTER);
  await keys(/Vegetarian/, DOWN, ENTER);
  await keys(/extras \(optional\)/, ' ', ENTER);
  await keys(/note \(optional\)/, ENTER);
  const { status, stdout } = await run.done;
  expect(status, stdout).toBe(0);
  await expect.poll(async () => (await handle.questions())[0]?.id, { timeout: 30_000 }).toBe('q2');
  await handle.answer({ action: 'accept', content: { sure: true } });
  expect(JSON.parse((await handle.result()) as string)).toEqual({
    name: 'Ada',
    guests: 3,
    price: 1.5,
    window: false,
    seat: 'right',
    meal: 'f',
    extras: ['wine'],
    sure: true,
  });
});

test('a call without a run asks at its terminal, shows a page whole, and fails where nobody can be asked', async () => {
  const { run, press } = inTerminal(['mcp', 'call', 'asking', 'both'], project.dir, project.env);
  await run.output(/asking\.both asks: Sure\?/);
  press(DOWN);
  press(ENTER);
  await run.output(/https:\/\/example\.com\/sign-in\?id=7/);
  press(ENTER);
  const { status, stdout } = await run.done;
  expect(status, stdout).toBe(0);
  expect(stdout).toContain('{"form":{"action":"decline"},"page":{"action":"accept"}}');
  for (const server of ['asking', 'pushing'])
    expect(await mcpa('mcp', 'call', server, 'book')).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(
        /MCP_ASKS: .*book asks a person, and nobody can be asked here: Who comes\?/,
      ),
    });
});
