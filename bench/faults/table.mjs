const seconds = (ms) => (ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`);

/** One side's cell: outcome, then what it cost. */
function cell(verdict) {
  if (verdict === undefined) return 'not run';
  if (verdict.error !== undefined) return `not compared: ${verdict.error}`;
  const {
    outcome,
    noticedMs,
    tookMs,
    effects,
    doubled,
    modelCalls,
    repeated,
    childrenLeft,
    childrenAtEnd,
    note,
    load,
  } = verdict;
  const left = childrenLeft === undefined ? '' : `${childrenLeft} after the kill, `;
  return [
    `**${outcome}**${note === undefined ? '' : ` (${note})`}`,
    `known after ${seconds(noticedMs)}, over after ${seconds(tookMs)}`,
    `effects ${effects}, doubled ${doubled}`,
    `model calls ${modelCalls}, repeated ${repeated}`,
    ...(load === undefined ? [] : [`load of the machine ${load}`]),
    `children left: ${left}${childrenAtEnd ?? '–'} at the end`,
  ].join('<br>');
}

/** Markdown, one line a fault. */
export function tableOf(results, sides, faults) {
  return [
    `| fault | ${sides.map(({ title }) => title).join(' | ')} |`,
    `|---|${sides.map(() => '---').join('|')}|`,
    ...Object.entries(results).map(
      ([name, of]) =>
        `| ${faults[name].title} | ${sides.map(({ name: side }) => cell(of[side])).join(' | ')} |`,
    ),
  ].join('\n');
}
