import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Project } from './project.js';
import { effect, slowProject } from './slow-project.js';

// The tool waits for its result that long; a run that is caught in it has something left to do.
const SCRIPT = `
turns:
  - when: { contains: "slow done" }
    say: It ended.
  - when: { contains: "slowly" }
    tools: [{ tool: slow, args: { ms: 1500 } }]
  - say: Quick.
`;

let connection: Connection;
beforeAll(async () => {
  connection = await Connection.connect({ address: inject('engine').address });
});
afterAll(() => connection.close());

/** Who served a run, as its history says. */
async function identities(workflowId: string): Promise<string[]> {
  const { events } = await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
  const found = (events ?? []).flatMap(
    ({ workflowTaskCompletedEventAttributes: task, activityTaskStartedEventAttributes: activity }) =>
      task?.identity ?? activity?.identity ?? [],
  );
  return [...new Set(found)];
}

const runLocal = (project: Project, input: string, id: string) =>
  project.mcpa(['run', 'SlowWorkflow', input, '--local', '--id', id]);

async function startDev(project: Project) {
  const dev = project.mcpa(['dev', '--json']);
  const [, identity] = await dev.output(/"type":"ready".*"identity":"([^"]+)"/);
  return { dev, identity: identity! };
}

test('run --local uses the worker of a running dev, reloaded or not, and leaves it alone', async () => {
  await using project = await slowProject(SCRIPT);
  const { dev, identity } = await startDev(project);
  const first = await runLocal(project, 'now', `${project.queue}-1`).done;
  expect(first, first.stderr).toMatchObject({ status: 0, stdout: 'Quick.\n' });
  expect(await identities(`${project.queue}-1`)).toEqual([identity]);

  const before = dev.stdout.length;
  project.write('workflows/other.ts', 'export async function OtherWorkflow() {}\n');
  await expect.poll(() => dev.stdout.slice(before), { timeout: 30_000 }).toContain('OtherWorkflow');
  const [reloaded] = [...dev.stdout.matchAll(/"identity":"([^"]+)"/g)].map((match) => match[1]).slice(-1);
  const second = await runLocal(project, 'now', `${project.queue}-2`).done;
  expect(second.status, second.stderr).toBe(0);
  expect(await identities(`${project.queue}-2`)).toEqual([reloaded]);
  expect(reloaded).not.toBe(identity);
  expect((await dev.stop('SIGINT')).status, dev.stderr).toBe(0);
});

test('run --local uses a worker that was started by hand', async () => {
  await using project = await slowProject(SCRIPT);
  const worker = project.mcpa(['worker', '--json']);
  const [, identity] = await worker.output(/"type":"ready".*"identity":"([^"]+)"/);
  const folder = join(project.dir, '.mcpa/workers');
  const pointers = () => (existsSync(folder) ? readdirSync(folder).length : 0);
  await expect.poll(pointers).toBe(1);
  const finished = await runLocal(project, 'now', project.queue).done;
  expect(finished, finished.stderr).toMatchObject({ status: 0, stdout: 'Quick.\n' });
  expect(await identities(project.queue)).toEqual([identity]);
  expect((await worker.stop()).status).toBe(0);
  expect(pointers()).toBe(0);
});

test.each(['SIGINT', 'SIGKILL'] as const)(
  '%s of dev in the middle of the run: a worker of its own finishes it',
  async (signal) => {
    await using project = await slowProject(SCRIPT);
    const { dev, identity } = await startDev(project);
    const run = runLocal(project, 'slowly', project.queue);
    await effect(project, 'slow started');
    await dev.stop(signal);
    const finished = await run.done;
    expect(finished.status, finished.stderr).toBe(0);
    const served = await identities(project.queue);
    expect(served).toContain(identity);
    expect(
      served.filter((who) => who.startsWith(`${run.child.pid}@`)),
      served.join(),
    ).toHaveLength(1);
  },
);

test('without dev, and after one that was killed, it starts its own', async () => {
  await using project = await slowProject(SCRIPT);
  const { dev } = await startDev(project);
  await dev.stop('SIGKILL');
  const run = runLocal(project, 'now', project.queue);
  const finished = await run.done;
  expect(finished, finished.stderr).toMatchObject({ status: 0, stdout: 'Quick.\n' });
  expect((await identities(project.queue)).some((who) => who.startsWith(`${run.child.pid}@`))).toBe(true);
});
