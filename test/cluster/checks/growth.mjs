// Runs a minute by workers: once where the machine is the limit, once where the workers' slots are.
import assert from 'node:assert/strict';
import { Effects, judge, startTravels } from './travels.mjs';

const MODES = {
  'the cores are the limit': { runs: 120, env: { SCRIPT: 'script-fast.yaml', CALL_MS: '0' } },
  'the slots are the limit': { runs: 24, env: { SCRIPT: 'script-fast.yaml', CALL_MS: '1000', SLOTS: '4' } },
};

export async function growth({ session, note }) {
  const rows = [];
  for (const [mode, { runs, env }] of Object.entries(MODES)) {
    for (const count of [1, 2, 3]) {
      const queue = `growth-${rows.length}`;
      const effects = new Effects(session.file(`${queue}.tsv`));
      const machines = await Promise.all(
        ['a', 'b', 'c'].slice(0, count).map((name) => session.machine(name)),
      );
      const workers = await Promise.all(
        machines.map((machine) =>
          machine.worker({ namespace: 'agents', queue, env: { ...env, EFFECTS: effects.file } }),
        ),
      );
      const app = await session.app('agents', queue);
      // The first run of a worker pays for its compilation.
      await judge(await startTravels(app, 4 * count, `${queue}-warm`), effects);
      const at = Date.now();
      const { problems, machines: shares } = await judge(await startTravels(app, runs, queue), effects);
      const seconds = (Date.now() - at) / 1000;
      assert.deepEqual(problems, []);
      await app.close();
      for (const worker of workers) assert.equal(await worker.end(), 0);
      const row = {
        mode,
        workers: count,
        runs,
        seconds,
        perMinute: Math.round((60 * runs) / seconds),
        shares,
      };
      note(JSON.stringify(row));
      rows.push(row);
    }
  }
  return rows;
}
