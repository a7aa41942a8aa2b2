import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const DOCUMENT = resolve(import.meta.dirname, '../../docs/faults.md');

/** The table of all seeds as rows of name and value. */
export function rowsOf(verdicts) {
  const sum = (of) => verdicts.reduce((total, each) => total + of(each), 0);
  const acted = {};
  for (const kind of verdicts.flatMap((each) => each.acted)) acted[kind] = (acted[kind] ?? 0) + 1;
  const noticed = verdicts.flatMap((each) => each.noticed).sort((a, b) => a - b);
  const at = (share) =>
    noticed.length === 0
      ? '–'
      : `${(noticed[Math.min(noticed.length - 1, Math.floor(noticed.length * share))] / 1_000).toFixed(1)} s`;
  const took = verdicts.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return [
    ['seeded schedules', verdicts.length],
    ['runs', sum(({ runs }) => runs)],
    [
      'model calls, tool calls',
      `${sum(({ modelCalls }) => modelCalls)}, ${sum(({ toolCalls }) => toolCalls)}`,
    ],
    ['workers killed (SIGKILL)', acted.kill ?? 0],
    ['workers ended (SIGTERM) with runs open', acted.term ?? 0],
    ['workers stopped (SIGSTOP), then continued', acted.stop ?? 0],
    ['workers cut off from the engine', acted.partition ?? 0],
    ['engines killed, started again on the same file', acted.engine ?? 0],
    ['MCP servers killed', acted.server ?? 0],
    ['**runs lost**', sum(({ lost }) => lost)],
    ['**wrong results**', sum(({ wrong }) => wrong)],
    ['**doubled effects of tools that may not be repeated**', sum(({ doubled }) => doubled)],
    ['calls of unknown outcome, each told to the model', sum(({ unknown }) => unknown)],
    ['of these, without a fault in the call or beside it', sum(({ unexplained }) => unexplained ?? 0)],
    ['model calls made again', sum(({ repeated }) => repeated)],
    ['activities in the hands of a killed worker', sum(({ inHand }) => inHand ?? 0)],
    ['from the kill until they go on: median, p95, longest', `${at(0.5)}, ${at(0.95)}, ${at(1)}`],
    ['**processes left**', sum(({ left }) => left)],
    [
      '**exits after SIGTERM that are not 0**',
      `${sum(({ badExits }) => badExits)} of ${sum(({ terms }) => terms)}`,
    ],
    [
      'slowest end after SIGTERM',
      `${(Math.max(0, ...verdicts.map((each) => each.slowestTermMs)) / 1_000).toFixed(1)} s`,
    ],
    [
      'a schedule took: median, longest',
      took.length === 0
        ? '–'
        : `${(took[took.length >> 1] / 1_000).toFixed(0)} s, ${(took.at(-1) / 1_000).toFixed(0)} s`,
    ],
  ];
}

/** The table for a terminal. */
export function tableOf(rows) {
  const plain = rows.map(([name, value]) => [name.replaceAll('**', ''), String(value)]);
  const width = Math.max(...plain.map(([name]) => name.length));
  return plain.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** Puts the text between the markers of a block of docs/faults.md. */
export function writeBlock(name, text) {
  const document = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = [`<!-- written: ${name} -->`, `<!-- end: ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/faults.md has no block "${name}"`);
  writeFileSync(
    DOCUMENT,
    `${document.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${document.slice(to)}`,
  );
}

export const markdownOf = (rows) =>
  ['| what | figure |', '|---|--:|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
