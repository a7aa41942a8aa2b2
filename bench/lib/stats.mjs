/** The middle value; of an even number, the mean of the middle two. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

export function spread(values) {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

/**
 * A measure as figures. One with `rows` is a table and stays as it is; one without rounds has a value of its own,
 * held against its goal where it has one; all others are held against a peer: each round gives one ratio of neighbours in time, so that a busy machine
 * moves both sides; the goal is held against the median ratio.
 */
export function summarize(measure) {
  const { title, unit, digits = 1, goal, peers, rounds } = measure;
  if (measure.rows) return measure;
  if (!rounds) return { ...measure, digits, ...(goal && { met: reached(goal, measure.value) }) };
  const ratio = spread(rounds.map((round) => round.ours / round.theirs));
  return {
    title,
    unit,
    digits,
    goal,
    peers,
    ratio,
    ...(goal && { met: reached(goal, ratio.median) }),
    ours: spread(rounds.map((round) => round.ours)),
    theirs: spread(rounds.map((round) => round.theirs)),
    rounds,
  };
}

const reached = ({ min, max }, value) => (max === undefined ? value >= min : value <= max);

/** Rounds of both sides, which side is first changing each time; a side's function gives whatever it measures. */
export async function alternate(count, { ours, theirs }) {
  const rounds = [];
  for (let n = 0; n < count; n++) {
    const round = {};
    for (const side of n % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours']) {
      round[side] = await (side === 'ours' ? ours : theirs)();
    }
    rounds.push(round);
  }
  return rounds;
}

/** So many rounds of `samples` of each side, each side's function giving one figure. */
export async function roundsOf(count, sides) {
  const rounds = [];
  for (let n = 0; n < count; n++) rounds.push(await inTurns(sides));
  return rounds;
}

/** Samples taken in turns; which side is first changes every time. */
async function inTurns({ samples, ours, theirs }) {
  const taken = { ours: [], theirs: [] };
  for (let n = 0; n < samples; n++) {
    const order = n % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours'];
    for (const side of order) taken[side].push(await (side === 'ours' ? ours : theirs)());
  }
  return { ours: median(taken.ours), theirs: median(taken.theirs) };
}
