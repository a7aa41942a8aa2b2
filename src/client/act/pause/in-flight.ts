import type { WorkflowExecutionDescription } from '@temporalio/client';
import { type CallToolInput, type GenerateInput, WIRE } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { decodeFirst } from '../../history/payloads.js';
import { timeOf } from '../../presence.js';
import type { RunRef } from '../run-ref.js';

/** An activity or a child run that was started before the pause. */
export interface InFlight {
  kind: 'activity' | 'child';
  /** Activity id, or workflow id of the child. */
  id: string;
  /** `server.tool`, `agent · turn 3`, or the type of the activity or child. */
  name: string;
  /** Of a child; absent: it has not begun. */
  runId?: string;
  /** The child run that it belongs to; absent: the run itself. */
  workflowId?: string;
  attempt?: number;
  /** ISO 8601: a failed attempt is tried again then. */
  nextAttemptAt?: string;
}

type Raw = WorkflowExecutionDescription['raw'];

export function inFlightOf(raw: Raw): InFlight[] {
  const activities = (raw.pendingActivities ?? []).map((pending): InFlight => {
    const next = timeOf(pending.nextAttemptScheduleTime);
    return {
      kind: 'activity',
      id: pending.activityId ?? '',
      name: pending.activityType?.name ?? '',
      attempt: pending.attempt ?? 1,
      ...(next > Date.now() && { nextAttemptAt: new Date(next).toISOString() }),
    };
  });
  const children = (raw.pendingChildren ?? []).map(
    (child): InFlight => ({
      kind: 'child',
      id: child.workflowId ?? '',
      name: child.workflowTypeName ?? '',
      ...(child.runId ? { runId: child.runId } : {}),
    }),
  );
  return [...activities, ...children];
}

/** Gives mcpa's own activities the names that people know; what is pending stands near the end of history. */
export async function nameInFlight(
  { client, where }: OpenClient,
  run: RunRef & { runId: string },
  inFlight: InFlight[],
): Promise<InFlight[]> {
  const wanted = new Set(inFlight.filter(({ name }) => name.startsWith('mcpa.')).map(({ id }) => id));
  const names = new Map<string, string>();
  let nextPageToken: Uint8Array | undefined;
  while (names.size < wanted.size) {
    const page = await client.workflowService
      .getWorkflowExecutionHistoryReverse({
        namespace: where.namespace,
        execution: { workflowId: run.workflowId, runId: run.runId },
        ...(nextPageToken && { nextPageToken }),
      })
      // The names are a courtesy.
      .catch(() => undefined);
    for (const event of page?.history?.events ?? []) {
      const scheduled = event.activityTaskScheduledEventAttributes;
      const id = scheduled?.activityId ?? '';
      if (!scheduled || !wanted.has(id) || names.has(id)) continue;
      names.set(id, nameOf(scheduled.activityType?.name ?? '', decodeFirst(scheduled.input)));
    }
    if (!page?.nextPageToken?.length) break;
    nextPageToken = page.nextPageToken;
  }
  return inFlight.map((each) => ({ ...each, name: names.get(each.id) ?? each.name }));
}

function nameOf(activity: string, input: unknown): string {
  if (activity === WIRE.callTool) {
    const { server, tool } = input as CallToolInput;
    return `${server}.${tool}`;
  }
  if (activity !== WIRE.generate) return activity;
  const { agent, turn } = input as GenerateInput;
  return `${agent} · turn ${turn}`;
}
