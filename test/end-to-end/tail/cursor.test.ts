import { expect, test } from 'vitest';
import { connect, type RunEvent } from '../../../src/client/index.js';
import { durable, eventsOf, said } from './lines.js';
import { tailProject } from './project.js';

async function collect(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const sorted = (events: RunEvent[]) => events.map(said).sort();

test('resumed at each of its cursors, a tree of runs tells the rest: no gap, no repeat', async () => {
  await using project = await tailProject();
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('TreeWorkflow', 0);
  // Followed from the start, so that children begin while it reads.
  const all = durable(await collect(handle.events()));
  const depths = new Set(all.map(({ depth }) => depth));
  expect([...depths].sort()).toEqual([1, 2, undefined]);
  expect(all.filter(({ type, depth }) => type === 'run_continued' && depth === undefined)).toHaveLength(1);
  expect(
    all.filter(({ type, depth }) => type === 'run_continued' && depth !== undefined).length,
  ).toBeGreaterThan(3);
  expect(new Set(all.map(({ cursor }) => cursor)).size).toBe(all.length);

  for (const [index, { cursor = '' }] of all.entries()) {
    const rest = await collect(handle.events({ from: cursor, live: false }));
    expect(sorted(rest), `from ${cursor}`).toEqual(sorted(all.slice(index + 1)));
    // The cursors of the resumed stream are as good.
    if (index % 3 > 0) continue;
    const middle = Math.floor(rest.length / 2);
    const again = await collect(handle.events({ from: rest[middle]?.cursor ?? cursor, live: false }));
    expect(sorted(again), `from ${cursor}, then ${rest[middle]?.cursor}`).toEqual(
      sorted(rest.slice(middle + 1)),
    );
  }

  // The last cursor is of a run as it stands alone: its children are in its past.
  expect(all.at(-1)?.cursor).toMatch(/^[\w-]+\/\d+\/\d+$/);
  const ended = await project.mcpa(['tail', handle.workflowId, '--json', '--from', all.at(-1)?.cursor ?? ''])
    .done;
  expect(ended).toMatchObject({ status: 0, stdout: '' });
}, 180_000);

test('events of one run come in order, a child tells all before its end is told', async () => {
  await using project = await tailProject();
  await project.worker();
  const run = await project.mcpa(['run', 'TreeWorkflow', '--args', '[1]', '--detach']).done;
  const id = run.stdout.trim();
  const events = durable(eventsOf((await project.mcpa(['tail', id, '--json']).done).stdout));
  const replay = durable(eventsOf((await project.mcpa(['tail', id, '--json']).done).stdout));
  expect(sorted(replay)).toEqual(sorted(events));

  const open = new Set([id]);
  const last = new Map<string, number>();
  for (const event of events) {
    expect(open, JSON.stringify(event)).toContain(event.workflowId);
    const [, number] = /\/(\d+)\//.exec(placeOf(event)) ?? [];
    expect(Number(number)).toBeGreaterThanOrEqual(last.get(event.runId) ?? 0);
    last.set(event.runId, Number(number));
    if (event.type !== 'child') continue;
    if (event.state === 'started') open.add(event.childId);
    else open.delete(event.childId);
  }
  expect([...open]).toEqual([id]);
  expect(events.at(-1)?.type).toBe('run_completed');
});

/** The place in the event's own run, of all that its cursor names. */
function placeOf({ cursor = '', runId }: RunEvent): string {
  return cursor.split('+').find((place) => runId.endsWith(place.split('/')[0] ?? '')) ?? '';
}

test('what is no cursor, or one of another run, is refused with what to do', async () => {
  await using project = await tailProject();
  await project.worker();
  const one = (await project.mcpa(['run', 'LeafWorkflow', '--args', '[1]', '--detach']).done).stdout.trim();
  const other = (await project.mcpa(['run', 'LeafWorkflow', '--args', '[1]', '--detach']).done).stdout.trim();
  const events = eventsOf((await project.mcpa(['tail', one, '--json']).done).stdout);
  const wrong = await project.mcpa(['tail', other, '--from', events[0]?.cursor ?? '']).done;
  expect(wrong.status, wrong.stderr).toBe(2);
  expect(wrong.stderr).toMatch(/USAGE: the cursor is not of run/);
  const none = await project.mcpa(['tail', one, '--from', 'yesterday']).done;
  expect(none.status).toBe(2);
  expect(none.stderr).toMatch(/"yesterday" is not a cursor/);
});
