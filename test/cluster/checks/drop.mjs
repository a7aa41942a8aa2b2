// A machine is lost in the middle, then the frontend dies: nothing may be lost, nothing done twice.
import assert from 'node:assert/strict';
import { Effects, judge, modelCalls, startTravels } from './travels.mjs';

const QUEUE = 'travels';
const SCRIPTED_CALLS = 5;

export async function drop({ session, runs, note }) {
  const effects = new Effects(session.file('drop.tsv'));
  const env = { EFFECTS: effects.file };
  const [a, b] = [await session.machine('a'), await session.machine('b')];
  const workers = await Promise.all(
    [a, b].map((machine) => machine.worker({ namespace: 'agents', queue: QUEUE, env })),
  );
  const app = await session.app('agents', QUEUE);
  const at = Date.now();
  const travels = await startTravels(app, runs, 'drop');
  const judged = judge(travels, effects);
  await effects.reached(Math.round(1.5 * runs));
  note(`kill -9 of the worker on machine a, after ${effects.all().length} of ${4 * runs} calls`);
  await workers[0].end('SIGKILL');
  await effects.reached(Math.round(2.5 * runs));
  note(`kill -9 of the frontend, after ${effects.all().length} calls`);
  await session.temporal.restart('frontend', 'SIGKILL');
  note('the frontend is back');
  const sums = await judged;
  const seconds = Math.round((Date.now() - at) / 1000);
  const { calls, again } = await modelCalls(app, travels);
  await app.close();
  const status = await workers[1].end();
  const left = [...a.leftovers(), ...b.leftovers()];
  const { problems, machines, ...numbers } = sums;
  const report = {
    ...numbers,
    machines,
    modelCalls: calls,
    modelCallsAgain: again,
    expectedCalls: SCRIPTED_CALLS * runs,
    seconds,
    status,
    left,
  };
  note(JSON.stringify(report));
  assert.deepEqual(problems, []);
  assert.equal(sums.lost + sums.wrong + sums.doubled + sums.missing, 0, 'lost, wrong, doubled or missing');
  assert.ok(sums.machines.a > 0 && sums.machines.b > 0, 'both workers took part');
  assert.equal(status, 0, 'the other worker ended with 0');
  assert.deepEqual(left, [], 'no process is left');
  return report;
}
