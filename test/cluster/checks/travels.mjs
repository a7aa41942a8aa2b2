// Many runs with tools, and what they left outside.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { until } from '../processes.mjs';

const UNKNOWN = 'outcome of this call is unknown';

export class Effects {
  constructor(file) {
    this.file = file;
    writeFileSync(file, '');
  }

  /** One for each call that reached a desk: machine, tool, key. */
  all() {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => line.split('\t')).map(([machine, tool, key]) => ({ machine, tool, key }));
  }

  reached(count) {
    return until(`${count} calls`, () => this.all().length >= count, 120);
  }
}

/** Starts that many at once. */
export async function startTravels(app, count, prefix) {
  const names = Array.from({ length: count }, (_, n) => `${prefix}-${n + 1}`);
  return Promise.all(
    names.map(async (name) => ({
      name,
      handle: await app.start('TravelWorkflow', { args: [name], workflowId: name }),
    })),
  );
}

/** Waits for all of them, and counts what was lost, wrong or done twice. */
export async function judge(travels, effects) {
  const ends = await Promise.all(
    travels.map(async ({ name, handle }) => {
      try {
        return { name, result: await handle.result() };
      } catch (error) {
        return { name, error };
      }
    }),
  );
  const calls = effects.all();
  const done = new Map();
  for (const { tool, key } of calls) done.set(`${tool} ${key}`, (done.get(`${tool} ${key}`) ?? 0) + 1);
  const sums = {
    runs: travels.length,
    lost: 0,
    wrong: 0,
    unknown: 0,
    doubled: 0,
    missing: 0,
    looksRepeated: 0,
    machines: {},
    problems: [],
  };
  for (const { name, result, error } of ends) {
    if (error) {
      sums.lost += 1;
      sums.problems.push(`${name}: ${error.message}`);
      continue;
    }
    const parts = result.split(' | ');
    const wanted = [
      ['look', name, 'free'],
      ['book', `${name} out`, 'booked'],
      ['look', `${name} back`, 'free'],
      ['book', `${name} back`, 'booked'],
    ];
    wanted.forEach(([tool, key, said], n) => {
      const times = done.get(`${tool} ${key}`) ?? 0;
      const unknown = tool === 'book' && parts[n]?.includes(UNKNOWN);
      if (unknown) sums.unknown += 1;
      else if (parts[n] !== `${said} ${key}`) {
        sums.wrong += 1;
        sums.problems.push(`${name}: ${parts[n]}`);
      }
      if (tool === 'look') sums.looksRepeated += Math.max(0, times - 1);
      else if (times > 1) sums.doubled += 1;
      else if (times === 0 && !unknown) sums.missing += 1;
    });
  }
  for (const { machine } of calls) sums.machines[machine] = (sums.machines[machine] ?? 0) + 1;
  return sums;
}

/** How often a model call was made again, of all of them: what history says of attempts. */
export async function modelCalls(app, travels) {
  const sums = { calls: 0, again: 0 };
  for (const { name } of travels) {
    const { events = [] } = await app.open.client.workflow.getHandle(name).fetchHistory();
    const models = new Set(
      events
        .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'mcpa.generate')
        .map((event) => String(event.eventId)),
    );
    for (const { activityTaskStartedEventAttributes: started } of events) {
      if (!started || !models.has(String(started.scheduledEventId))) continue;
      sums.calls += 1;
      sums.again += Number(started.attempt) - 1;
    }
  }
  return sums;
}
