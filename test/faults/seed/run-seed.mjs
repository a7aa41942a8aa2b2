import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../../dist/client/index.js';
import { HttpServer, toolServer } from '../outside/http-server.mjs';
import { Person } from './person.mjs';
import { bearing, living } from './processes.mjs';
import { Slot } from './slot.mjs';

/** A run that has not ended by then is lost. */
const PATIENCE_MS = 150_000;
/** The reaper gives a group a second between TERM and KILL. */
const REAPED_MS = 6_000;

/** Executes a plan on a lane, and gives what was seen: endings of runs, requests, effects, workers that ended. */
export async function runSeed(plan, lane, provider, { onOpen = () => undefined } = {}) {
  const dir = join(lane.dir, `seed-${plan.seed}`);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'plan.json'), JSON.stringify(plan, null, 2));
  const effectsFile = join(dir, 'effects.jsonl');
  writeFileSync(effectsFile, '');
  const token = `faults-${process.pid}-${plan.seed}-${Date.now()}`;
  const record = {
    dir,
    kills: [],
    terms: [],
    surprises: [],
    acted: [],
    effects: () => readEffects(effectsFile),
    serverPids: () =>
      record
        .effects()
        .filter(({ what }) => what === 'start')
        .map(({ pid }) => pid),
  };
  const outside = { ...process.env, FAULTS_EFFECTS: effectsFile, FAULTS_TOKEN: token };
  const http = await new HttpServer(outside, join(dir, 'http.log')).open();
  const queue = `faults-${plan.seed}-${process.pid}`;
  const env = {
    ...outside,
    FAULTS_SERVER: toolServer,
    FAULTS_HTTP: http.url,
    FAULTS_PROVIDER: provider.url,
    MCPA_TASK_QUEUE: queue,
    NO_COLOR: '1',
  };
  const slots = Array.from({ length: plan.workers }, (_, n) => new Slot({ lane, dir, env, record, n }));
  // Whoever interrupts the harness ends these at once.
  onOpen(() => Promise.all([...slots.map((slot) => slot.destroy()), http.close()]));
  const at = Date.now();
  let app;
  try {
    await Promise.all(slots.map((slot) => slot.open()));
    const address = `127.0.0.1:${lane.port}`;
    app = await connect({ cwd: lane.project, env: { ...env, TEMPORAL_ADDRESS: address } });
    const begun = Date.now();
    const persons = plan.runs.map((run) => new Person(app, run, PATIENCE_MS));
    const over = new AbortController();
    const acting = Promise.all(
      plan.actions.map((action) => act(action, { slots, lane, http, over, record, begun })),
    );
    const endings = await Promise.all(persons.map((person) => person.attend()));
    const endedMs = Date.now() - begun;
    over.abort();
    await acting;
    await Promise.all(slots.map((slot) => slot.close()));
    const left = await leftBehind(record, () => http.close(), token);
    const requests = plan.runs.flatMap(({ id }) => provider.take(id));
    const held = persons.map((person) => person.held);
    return {
      ...record,
      plan,
      endings,
      held,
      requests,
      effects: record.effects(),
      left,
      endedMs,
      tookMs: Date.now() - at,
    };
  } finally {
    for (const slot of slots) slot.destroy();
    await app?.close().catch(() => undefined);
    await http.close();
    for (const slot of slots) await slot.close().catch(() => undefined);
  }
}

/** Does what the schedule wants, when it wants it, unless all runs have ended by then. */
async function act(action, { slots, lane, http, over, record, begun }) {
  await sleep(Math.max(0, begun + action.atMs - Date.now()), undefined, { signal: over.signal }).catch(
    () => undefined,
  );
  if (over.signal.aborted) return;
  record.acted.push({ ...action, at: Date.now() });
  if (action.kind === 'engine') await lane.restart(action.forMs);
  else if (action.server === 'http') http.kill(action.forMs);
  else await slots[action.slot].act(action);
}

/** Processes of workers that have gone, and whatever else carries this seed's mark, after the time that a reaper takes. */
async function leftBehind({ kills, terms }, closeHttp, token) {
  await closeHttp();
  const trees = [...kills, ...terms].flatMap(({ tree }) => tree);
  const deadline = Date.now() + REAPED_MS;
  for (;;) {
    const left = [...new Set([...living(trees).map(({ pid }) => pid), ...bearing(token)])];
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(100);
  }
}

function readEffects(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}
