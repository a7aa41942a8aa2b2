// What one turn costs on a cluster: as it is installed, and with the dynamic configuration of mcpa's own engine.
import assert from 'node:assert/strict';
import { PACE } from '../temporal.mjs';
import { Effects, judge, startTravels } from './travels.mjs';

const ROUNDS = 15;
const TURNS = 5;

export async function pace({ session, note }) {
  const rows = [];
  for (const [name, dynamic] of Object.entries({ 'as installed': {}, "with mcpa's values": PACE })) {
    await session.temporal.stop();
    await session.temporal.start({ dynamic });
    const queue = `pace-${rows.length}`;
    const effects = new Effects(session.file(`${queue}.tsv`));
    const env = { SCRIPT: 'script-fast.yaml', CALL_MS: '0', EFFECTS: effects.file };
    const worker = await (await session.machine('a')).worker({ namespace: 'agents', queue, env });
    const app = await session.app('agents', queue);
    const times = [];
    // One run after the other, the first two to warm up.
    for (let round = -2; round < ROUNDS; round++) {
      const at = performance.now();
      const { problems } = await judge(await startTravels(app, 1, `${queue}-${round + 2}`), effects);
      assert.deepEqual(problems, []);
      if (round >= 0) times.push(performance.now() - at);
    }
    await app.close();
    assert.equal(await worker.end(), 0);
    times.sort((a, b) => a - b);
    const row = { name, runMs: Math.round(times[Math.floor(ROUNDS / 2)]), turns: TURNS };
    note(JSON.stringify({ ...row, least: Math.round(times[0]), most: Math.round(times.at(-1)) }));
    rows.push(row);
  }
  return rows;
}
