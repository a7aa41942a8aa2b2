import { Random } from './random.mjs';

/** What a provider does instead of a good answer, the first time that it is asked for a turn. */
const MODEL_FAULTS = {
  rate: 3,
  error500: 2,
  overloaded: 2,
  half: 3,
  reset: 2,
  garbage: 2,
  huge: 2,
  slow: 3,
  never: 1,
};
/** What an MCP server does in a call, the first time; `after` the effect, except for `die_before`. */
const TOOL_FAULTS = { die_before: 2, die_after: 3, noise: 2, reset: 2, never: 1 };
const ACTIONS = { kill: 34, term: 18, stop: 12, engine: 10, server: 12, partition: 14 };

/** Of 200 seeds exactly 500 runs. */
const RUNS = [3, 2];

/**
 * All that happens under a seed: what runs do, what goes wrong beside them, and when. Everything is drawn here, before
 * anything starts, so that a seed that failed has the same schedule again.
 */
export function planOf(seed, { faults = true } = {}) {
  const random = new Random(seed);
  const workers = random.between(1, 3);
  const runs = random.times(RUNS[seed % 2], (n) => runOf(random, `s${seed}-${n + 1}`, faults));
  const actions = faults ? actionsOf(random, workers) : [];
  return { seed, workers, runs, actions };
}

/** Of tool calls, how many have a fault of their own. */
const TOOL_CHANCE = 0.1;

/**
 * One run: an agent with tools, a person's answer, a fan-out of agents, the first agent again. Most faults of tools end
 * their server, and with it the calls of other runs.
 */
export function runOf(random, id, faults = true, toolChance = TOOL_CHANCE) {
  const api = random.pick({ anthropic: 1, openai: 1 });
  const part = (name, calls) => partOf(random, `${id}.${name}`, calls, faults, toolChance);
  return {
    id,
    api,
    main: part('main', random.between(2, 4)),
    answer: { text: `yes to ${id}`, afterMs: random.between(0, 1_200) },
    fan: random.times(random.between(3, 5), (n) => part(`fan${n}`, 1)),
    last: part('last', random.between(0, 1)),
    pause: random.chance(0.25)
      ? { atMs: random.between(300, 4_000), forMs: random.between(300, 2_000) }
      : null,
  };
}

function partOf(random, part, count, faults, toolChance) {
  const calls = random.times(count, (n) => ({
    key: `${part}.${n}`,
    server: random.pick({ stdio: 2, http: 1 }),
    tool: random.pick({ once: 2, again: 1 }),
    ms: random.between(20, 1_200),
    fault: faults && random.chance(toolChance) ? random.pick(TOOL_FAULTS) : null,
  }));
  const turns = random.times(count + 1, (n) => {
    const fault = faults && random.chance(0.15) ? random.pick(MODEL_FAULTS) : null;
    // What is huge is said beside a tool call: the last text of a part is a result, which is compared.
    return { ms: random.between(20, 600), fault: fault === 'huge' && n === count ? null : fault };
  });
  return { part, calls, turns };
}

function actionsOf(random, workers) {
  const actions = random.times(random.between(1, 3), () => {
    const kind = random.pick(ACTIONS);
    const slot = random.between(0, workers - 1);
    return { atMs: random.between(300, 5_000), kind, ...detailOf(random, kind), slot };
  });
  return actions.sort((a, b) => a.atMs - b.atMs);
}

/** How long it lasts; what takes over 10 s is taken for dead by the engine, and comes back as a ghost. */
function detailOf(random, kind) {
  const long = () => (random.chance(0.3) ? random.between(11_500, 13_000) : random.between(500, 4_000));
  if (kind === 'stop') return { forMs: long() };
  if (kind === 'partition') return { how: random.pick({ drop: 1, hang: 1 }), forMs: long() };
  if (kind === 'server')
    return { server: random.pick({ stdio: 2, http: 1 }), forMs: random.between(100, 1_000) };
  if (kind === 'kill' || kind === 'engine') return { forMs: random.between(0, 1_500) };
  return {};
}
