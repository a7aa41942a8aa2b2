import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
import { freePort, start } from '../processes.js';
import type { Command, Project } from '../project.js';
import { replay } from '../replay.js';
import { askingProject, questionsOf, SERVERS } from './project.js';

let project: Project;
let app: App;
const https: Command[] = [];

beforeAll(async () => {
  const ports = [await freePort(), await freePort()];
  const over = (name: string, port?: number) => `    ${name}: { url: "http://127.0.0.1:${port}/mcp" }\n`;
  project = await askingProject(SERVERS + over('web', ports[0]) + over('oldweb', ports[1]));
  const env = { ...project.env, FIXTURE_LOG: `${project.dir}/effects.log` };
  for (const [index, name] of ['asking-server.mjs', 'pushing-server.mjs'].entries()) {
    const script = new URL(`../../worker/mcp/fixtures/${name}`, import.meta.url).pathname;
    const http = start(process.execPath, [script], project.dir, {
      ...env,
      FIXTURE_PORT: String(ports[index]),
    });
    await http.output(/http/);
    https.push(http);
  }
  await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  for (const http of https) await http.stop();
  await project[Symbol.asyncDispose]();
});

const call = (server: string, tool: string) => app.startWorkflow('CallWorkflow', server, tool);
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
  await expect(handle.answer(accept('A'))).rejects.toMatchObject({ code: 'ANSWER_REFUSED' });
  await handle.answer(accept('Pia'));
  await expect.poll(async () => (await handle.questions())[0]?.id, { timeout: 30_000 }).toBe('q2');
  await handle.answer({ action: 'accept', content: { sure: true } });
  expect(JSON.parse((await handle.result()) as string)).toMatchObject({ name: 'Pia', guests: 2, sure: true });
  expect(count('booked Pia')).toBe(1);
  expect((await handle.details()).agents[0]).toMatchObject({ toolCalls: 1 });
  await replay(project, handle.workflowId);
});

test('over HTTP each question finds the run whose call it came with; over stdio two runs at once are refused', async () => {
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
});

test('its deadline is cancel; a page that it wants visited before the call; off declares nothing', async () => {
  const [hasty, visit, silent, open] = await Promise.all([
    call('hasty', 'book'),
    call('pushing', 'visit'),
    call('silent', 'capability'),
    call('pushing', 'capability'),
  ]);
  expect(await hasty.result()).toBe('booking: cancel');
  expect(await silent.result()).toBe('none');
  expect(JSON.parse((await open.result()) as string)).toEqual({ form: {}, url: {} });
  expect(await questionsOf(visit)).toMatchObject([{ kind: 'url', url: 'https://example.com/sign-in' }]);
  await visit.answer({ action: 'accept' });
  expect(await visit.result()).toBe('visited');
  expect(count('visit')).toBe(2);
});
