/** A killed worker's sockets close at once; a busy machine tells it later. */
const CUT_MS = 1_000;

/**
 * Milliseconds from each kill of a worker until what was in its hands is taken up again: a model call or a repeatable tool
 * call when its request comes again, a tool call that may not be repeated when the model is asked with what it is told.
 */
export function noticed({ kills, requests, effects }) {
  return kills.flatMap(({ at, pid }) => [
    ...modelCalls(requests, at),
    ...toolCalls(effects, requests, at, pid),
  ]);
}

function modelCalls(requests, at) {
  const inHand = requests.filter(({ how, end }) => how === 'cut' && end >= at && end < at + CUT_MS);
  return inHand.flatMap(({ part, turn }) => {
    const next = requests.find((each) => each.part === part && each.turn === turn && each.at > at);
    return next ? [next.at - at] : [];
  });
}

function toolCalls(effects, requests, at, worker) {
  const inHand = effects.filter(
    ({ what, key, ppid, pid, at: seen }) =>
      what === 'seen' &&
      ppid === worker &&
      seen <= at &&
      !effects.some(
        (each) => each.what === 'answered' && each.key === key && each.pid === pid && each.at <= at,
      ),
  );
  return inHand.flatMap(({ key, tool }) => {
    const [, part, n] = /^(.*)\.(\d+)$/.exec(key);
    const told = ({ part: asked, turn, at: then }) => asked === part && turn === Number(n) + 1 && then > at;
    const next =
      tool === 'again'
        ? effects.find((each) => each.what === 'seen' && each.key === key && each.at > at)
        : requests.find(told);
    return next ? [next.at - at] : [];
  });
}
