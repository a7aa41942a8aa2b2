import type { PauseInfo, RefusedRun } from '../../client/index.js';
import { age } from './look/numbers.js';
import type { View } from './look/view.js';
import { paint } from './paint.js';
import { fitTo, oneLine } from './width.js';

/** Runs named below one refusal; more are counted. */
const SHOWN = 5;

type Refused = Pick<PauseInfo, 'kind' | 'provider' | 'message' | 'fix' | 'server'>;

/** `anthropic refuses the key (…)`, with the provider's own words. */
export function refusedWhat({ kind, provider, server, message = '' }: Refused): string {
  if (server !== undefined) return oneLine(message, 300);
  const who = oneLine(provider ?? 'the provider', 60);
  const what = kind === 'quota' ? 'takes no calls for want of credit' : 'refuses the key';
  return `${who} ${what}: ${oneLine(message, 300)}`;
}

/** What a person does about it, the command last. */
export function refusedFix({ fix, server }: Refused, resume: string): string {
  if (server !== undefined && fix !== undefined) return `${oneLine(fix, 400)}, which also resumes it`;
  const first = fix === undefined ? '' : `${oneLine(fix, 400).replace(/\.$/, '')}; `;
  return `${first}then ${resume}`;
}

/** One block for each refusal: runs that one key holds up are mended together. */
export function refusalLines(runs: readonly RefusedRun[], { color, columns, now }: View): string[] {
  const ink = paint(color);
  const cut = (line: string) => (columns === undefined ? line : fitTo(line, columns));
  const groups = new Map<string, RefusedRun[]>();
  for (const run of runs) {
    const key = `${run.refused.kind}/${run.refused.provider}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((group) => {
    const [oldest] = group as [RefusedRun];
    const resume =
      group.length === 1
        ? `mcpa resume ${oldest.workflowId}`
        : `mcpa resume --query "McpaState = 'auth'" --yes, or mcpa resume ID for each`;
    const more = group.length > SHOWN ? [ink.dim(`    … and ${group.length - SHOWN} more`)] : [];
    return [
      `${ink.yellow('!')} ${refusedWhat(oldest.refused)}`,
      `  fix: ${refusedFix(oldest.refused, resume)}`,
      ...group.slice(0, SHOWN).map(({ workflow, workflowId, refused }) => {
        const since = ink.dim(`waits for ${age(now - Date.parse(refused.at))}`);
        return cut(`    ${ink.bold(workflow)} ${workflowId} ${since}`);
      }),
      ...more,
    ];
  });
}
