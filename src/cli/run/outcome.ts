import type { RunEvent } from '../../client/index.js';
import { EXIT, McpaError } from '../../core/index.js';
import { refusedFix, refusedWhat } from '../render/refusal.js';
import { printable } from '../render/width.js';
import { type OutputMode, printJson, printResult } from '../terminal.js';
import type { FollowEnd } from './follow-run.js';

/** The end of a followed run on stdout, or as the error that carries its exit status. */
export function printOutcome(end: FollowEnd, workflowId: string, mode: OutputMode, runId?: string): void {
  const ids = { workflowId, ...(runId !== undefined && { runId }) };
  if ('blocked' in end) {
    const { blocked } = end;
    if (mode.json) printJson({ ...ids, status: 'blocked', waits: blocked });
    else if (blocked.for === 'human') printResult(`run ${workflowId} waits for a human`);
    else
      printResult(
        `run ${blocked.workflowId} waits: ${refusedWhat(blocked.refused)}\n  fix: ${refusedFix(blocked.refused, `mcpa resume ${blocked.workflowId}`)}`,
      );
    process.exitCode = EXIT.blocked;
    return;
  }
  const { event } = end;
  if (event.type !== 'run_completed') throw outcomeError(event);
  if (mode.json) printJson({ ...ids, runId: event.runId, status: 'completed', result: event.result ?? null });
  else printValue(event.result);
}

/** Text as it is, anything else as JSON; nothing for a workflow without a result. */
export function printValue(value: unknown): void {
  if (value === undefined || value === null) return;
  // On a terminal a model's text must not steer it; a pipe gets every byte.
  const safe = process.stdout.isTTY ? printable : (text: string) => text;
  printResult(safe(typeof value === 'string' ? value : JSON.stringify(value, null, 2)));
}

/** The end of a run that did not complete, as the error that carries its exit status. */
export function outcomeError(event: RunEvent): McpaError {
  const id = event.workflowId;
  switch (event.type) {
    case 'run_failed':
      return new McpaError('RUN_FAILED', event.at ? `${event.message}\n  at ${event.at}` : event.message, {
        hint: `mcpa describe ${id} shows what led there; mcpa retry ${id} goes on from before the failing step`,
      });
    case 'run_timed_out':
      return new McpaError('RUN_TIMED_OUT', `run ${id} timed out`, {
        hint: `mcpa describe ${id} shows what it waited for; start it with more time`,
      });
    case 'run_terminated':
      return new McpaError(
        'RUN_CANCELLED',
        `run ${id} was terminated${event.reason ? `: ${event.reason}` : ''}`,
        ended(id),
      );
    default:
      return new McpaError('RUN_CANCELLED', `run ${id} was cancelled`, ended(id));
  }
}

function ended(id: string): { hint: string } {
  return { hint: `mcpa describe ${id} shows what it did last; mcpa retry ${id} takes it up again` };
}
