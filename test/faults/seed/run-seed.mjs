import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { noticed } from './in-hand.mjs';
import { Person } from './person.mjs';
import { Site } from './site.mjs';

/** A run that has not ended by then is lost. */
const PATIENCE_MS = 300_000;

/** Executes a plan on a lane, and gives what was seen: endings of runs, requests, effects, workers that ended. */
export async function runSeed(plan, lane, provider, { onOpen = () => undefined } = {}) {
  const site = new Site(lane, provider, `seed-${plan.seed}`);
  // Whoever interrupts the harness ends it at once.
  onOpen(() => site.destroy());
  const at = Date.now();
  try {
    await site.open(plan.workers);
    writeFileSync(join(site.dir, 'plan.json'), JSON.stringify(plan, null, 2));
    site.ids = plan.runs.map(({ id }) => id);
    const begun = Date.now();
    const over = new AbortController();
    const persons = plan.runs.map((run) => new Person(site.app, run, PATIENCE_MS));
    const acting = Promise.all(
      plan.actions.map(async (action) => {
        const rest = Math.max(0, begun + action.atMs - Date.now());
        await sleep(rest, undefined, { signal: over.signal }).catch(() => undefined);
        if (!over.signal.aborted) await site.act(action);
      }),
    );
    // It is awaited when the runs have ended.
    acting.catch(() => undefined);
    const endings = await Promise.all(persons.map((person) => person.attend()));
    over.abort();
    await acting;
    site.calm = endings.every(({ result, failed }) => (result ?? failed) !== undefined);
    const left = await site.end();
    const seen = {
      ...site.record,
      plan,
      endings,
      held: persons.map((person) => person.held),
      requests: plan.runs.flatMap(({ id }) => provider.take(id)),
      effects: site.effects(),
      acted: site.acted,
      noticed: await noticed(site.app, site.record.kills),
      left,
      tookMs: Date.now() - at,
    };
    writeFileSync(join(site.dir, 'seen.json'), JSON.stringify(seen, null, 2));
    return seen;
  } finally {
    await site.destroy();
  }
}
