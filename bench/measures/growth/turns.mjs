import { gaps, turnStarts } from '../../lib/history.mjs';
import { alternate, median } from '../../lib/stats.mjs';

const TURNS = 200;
const BYTES = 2_000;

/** One long conversation, turn after turn: what the tenth costs, and the two hundredth. */
export async function turns(bench) {
  const mcpa = await bench.peer('mcpa');
  const floor = await bench.peer('floor');
  const client = await bench.client();
  const sample = async (peer) => {
    const { id } = await bench.execute(peer, { turns: TURNS, bytes: BYTES });
    const { turns: starts } = await turnStarts(client, id, peer.modelCall);
    const early = median(gaps(starts, 6, 16));
    const late = median(gaps(starts, TURNS - 19, TURNS));
    return { early, late, growth: late / early };
  };
  const taken = await alternate(bench.rounds, { ours: () => sample(mcpa), theirs: () => sample(floor) });
  const measure = (title, unit, key, digits, goal) => ({
    title,
    unit,
    digits,
    goal,
    peers: { ours: mcpa.title, theirs: floor.title },
    rounds: taken.map(({ ours, theirs }) => ({ ours: ours[key], theirs: theirs[key] })),
  });
  return [
    measure('a turn at turn 10', 'ms', 'early', 1, { max: 1.1 }),
    measure(`a turn at turn ${TURNS}`, 'ms', 'late', 1, { max: 1.1 }),
    measure(`turn ${TURNS} by turn 10`, '×', 'growth', 2, { max: 1.1 }),
  ];
}
