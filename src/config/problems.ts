import { McpaError } from '../core/index.js';

/** One thing wrong with the configuration, or worth a warning, and how to mend it. */
export interface ConfigProblem {
  /** As shown: relative to the working directory where that is shorter. */
  file?: string;
  line?: number;
  column?: number;
  key: string;
  problem: string;
  fix: string;
}

/** `file:line:column key: problem — fix`, without the parts that aren't known. */
export function formatProblem(problem: ConfigProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const subject = problem.key === '' ? '' : `${problem.key}: `;
  return `${place === '' ? '' : `${place} `}${subject}${problem.problem} — ${problem.fix}`;
}

export function invalidConfig(problems: ConfigProblem[]): McpaError {
  const lines = [...new Set(problems.map(formatProblem))];
  return new McpaError('CONFIG_INVALID', lines.join('\n'), {
    hint: 'correct the lines above, then run `mcpa config check`',
  });
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The candidate that a typing mistake would have turned into `word`, if one is near enough. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, '');
  const list = [...candidates];
  const longer = list.find((candidate) => word.length > 2 && plain(candidate).startsWith(plain(word)));
  if (longer !== undefined) return longer;
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of list) {
    if (Math.abs(candidate.length - word.length) > least + 4) continue;
    const d = distance(plain(word), plain(candidate));
    if (d < least) [best, least] = [candidate, d];
  }
  return best;
}
