import { unexplained } from './unexplained.mjs';

/** What a seed has shown: figures, and each thing that must not be as a sentence. */
export function verdictOf(seen) {
  const { plan, endings, held, requests, effects, kills, terms, surprises, left, acted } = seen;
  const calls = effects.filter(({ key }) => key !== undefined);
  const real = new Set(
    calls.filter(({ what }) => what === 'effect').map(({ key, nonce }) => `${key}=${nonce}`),
  );
  const problems = [...surprises];
  const figures = {
    seed: plan.seed,
    workers: plan.workers,
    runs: plan.runs.length,
    acted: acted.map(({ kind }) => kind),
  };

  let lost = 0;
  let wrong = 0;
  const unknown = [];
  plan.runs.forEach((run, n) => {
    const { result, failed } = endings[n];
    const faults =
      result === undefined ? [failed ?? 'it has not ended'] : wrongIn(run, result, real, unknown);
    if (result === undefined && failed === undefined) lost++;
    else if (faults.length > 0) wrong++;
    problems.push(...faults.map((fault) => `run ${run.id}: ${fault}`));
  });

  const once = group(
    calls.filter(({ what, tool }) => what === 'effect' && tool === 'once'),
    ({ key }) => key,
  );
  const doubled = [...once].filter(([, done]) => done.length > 1).map(([key]) => key);
  problems.push(...doubled.map((key) => `the effect of ${key} was had ${once.get(key).length} times`));
  for (const [key, all] of group(
    calls.filter(({ what }) => what === 'seen'),
    ({ key }) => key,
  )) {
    const ids = new Set(all.map(({ idem }) => idem));
    if (ids.size > 1 || ids.has(undefined))
      problems.push(`${key} came under several idempotency keys: ${[...ids]}`);
    // Also where its server died before the effect: nobody could know.
    if (all.length > 1 && all[0].tool === 'once')
      problems.push(`${key} may not be repeated, and came ${all.length} times`);
  }
  problems.push(...plan.runs.flatMap((run, n) => begunWhilePaused(run, held[n], requests, calls)));

  const badExits = terms.filter(({ status }) => status !== 0);
  problems.push(...badExits.map(({ status, log }) => `SIGTERM: a worker ended with ${status} (${log})`));
  problems.push(...left.map((pid) => `process ${pid} was left`));

  return {
    ...figures,
    lost,
    wrong,
    doubled: doubled.length,
    unknown: unknown.length,
    unexplained: unexplained(seen, unknown, calls).length,
    repeated: repeatedCalls(requests),
    modelCalls: new Set(requests.map(({ part, turn }) => `${part}/${turn}`)).size,
    toolCalls: new Set(calls.map(({ key }) => key)).size,
    inHand: kills.reduce((sum, { held: has }) => sum + has.length, 0),
    noticed: seen.noticed,
    terms: terms.length,
    badExits: badExits.length,
    slowestTermMs: Math.max(0, ...terms.map(({ tookMs }) => tookMs)),
    left: left.length,
    tookMs: seen.tookMs,
    problems,
  };
}

/** A result is right when each call's outcome is what the tool gave and really did, or is said to be unknown where it may be. */
function wrongIn(run, result, real, unknown) {
  const wrong = [];
  if (result.answer !== run.answer.text) wrong.push(`its answer is ${JSON.stringify(result.answer)}`);
  const parts = [
    [run.main, result.main],
    ...run.fan.map((part, n) => [part, result.fan?.[n]]),
    [run.last, result.last],
  ];
  for (const [{ part, calls: wanted }, text] of parts) {
    const [name, ...outcomes] = String(text).split(' ');
    if (name !== part || outcomes.length !== wanted.length) {
      wrong.push(`${part} says ${JSON.stringify(String(text).slice(0, 200))}`);
      continue;
    }
    wanted.forEach(({ key, tool }, n) => {
      if (outcomes[n] === 'unknown' && tool === 'once') {
        unknown.push(key);
        return;
      }
      const outcome = String(outcomes[n]);
      if (!outcome.startsWith(`${key}=`) || !real.has(outcome))
        wrong.push(`${key} gave ${decodeURIComponent(outcome)}`);
    });
  }
  return wrong;
}

/** Requests of a turn beyond the first and those that the script itself made fail. */
function repeatedCalls(requests) {
  let repeated = 0;
  for (const [, all] of group(requests, ({ part, turn }) => `${part}/${turn}`)) {
    const scripted = all.filter(({ how }) => how.startsWith('fault:')).length;
    repeated += Math.max(0, all.length - scripted - 1);
  }
  return repeated;
}

function begunWhilePaused({ id }, held, requests, calls) {
  if (!held) return [];
  const within = ({ at }) => at > held.from && at < held.until;
  const begun = [
    ...requests
      .filter((each) => each.part.startsWith(`${id}.`) && within(each))
      .map(({ part, turn }) => `turn ${turn} of ${part}`),
    ...calls
      .filter((each) => each.what === 'seen' && each.key.startsWith(`${id}.`) && within(each))
      .map(({ key }) => key),
  ];
  return begun.map((what) => `run ${id} was paused, and began ${what}`);
}

export function group(all, keyOf) {
  const groups = new Map();
  for (const each of all) {
    const key = keyOf(each);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(each);
  }
  return groups;
}
