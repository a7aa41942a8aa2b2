/** A worker that is stopped or cut off may be missed 10 s later, and what it did stands in doubt until then. */
const BESIDE_MS = { before: 16_000, after: 16_000 };
const KILLS_SERVER = new Set(['die_before', 'die_after', 'reset']);

/** Calls of unknown outcome that neither had a fault of their own nor one beside them: on a machine that is short of time only. */
export function unexplained({ plan, acted }, unknown, effects) {
  const calls = new Map(
    plan.runs.flatMap(({ main, fan, last }) =>
      [main, ...fan, last].flatMap((part) => part.calls.map((call) => [call.key, call])),
    ),
  );
  const seen = effects.filter(({ what }) => what === 'seen');
  return unknown.filter((key) => {
    const { fault, server } = calls.get(key);
    if (fault !== null) return false;
    const at = seen.find((each) => each.key === key)?.at;
    if (at === undefined) return acted.length === 0;
    const beside = (then) => then > at - BESIDE_MS.before && then < at + BESIDE_MS.after;
    if (acted.some((action) => beside(action.at))) return false;
    return !seen.some((each) => {
      const other = calls.get(each.key);
      return other?.server === server && KILLS_SERVER.has(other.fault) && beside(each.at);
    });
  });
}
