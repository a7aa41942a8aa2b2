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
 * A measure's rounds as figures: each round gives one ratio of neighbours in time, so that a busy machine
 * moves both sides; the goal is held against the median ratio.
 */
export function summarize({ title, unit, digits = 1, goal, peers, rounds }) {
  const ratio = spread(rounds.map((round) => round.ours / round.theirs));
  return {
    title,
    unit,
    digits,
    goal,
    peers,
    ratio,
    met: goal.max === undefined ? ratio.median >= goal.min : ratio.median <= goal.max,
    ours: spread(rounds.map((round) => round.ours)),
    theirs: spread(rounds.map((round) => round.theirs)),
    rounds,
  };
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
