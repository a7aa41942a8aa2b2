import type { OpenClient } from './connection.js';
import { type IdleVersions, idleVersions } from './deployment/idle-versions.js';
import { mapConnectionError } from './errors.js';

/** A worker's long poll lasts a minute: one that is older belongs to a worker that has gone. */
export const POLL_LASTS_MS = 75_000;

export interface WorkerPresence {
  pollers: string[];
  /** Milliseconds since the last poll; absent when none is on record (the engine forgets after minutes). */
  lastPollMs?: number;
  /** Set where those that poll take no new run up. */
  idle?: IdleVersions;
}

/** Who polls a task queue for workflows. The engine's list lags, so it dates polls and never says "alive". */
export async function workerPresence(open: OpenClient, taskQueue: string): Promise<WorkerPresence> {
  const { client, where } = open;
  try {
    const answer = await client.workflowService.describeTaskQueue({
      namespace: where.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: 1,
    });
    let newest: number | undefined;
    const pollers: string[] = [];
    const fresh: NonNullable<typeof answer.pollers> = [];
    for (const poller of answer.pollers ?? []) {
      pollers.push(poller.identity ?? 'unknown');
      const at = timeOf(poller.lastAccessTime);
      if (newest === undefined || at > newest) newest = at;
      if (Date.now() - at < POLL_LASTS_MS) fresh.push(poller);
    }
    if (newest === undefined) return { pollers };
    // An engine that keeps no versions, or doesn't show them to this client: who polls is known all the same.
    const idle = await idleVersions(open, fresh).catch(() => undefined);
    return { pollers, lastPollMs: Math.max(0, Date.now() - newest), ...(idle && { idle }) };
  } catch (error) {
    throw mapConnectionError(error, where);
  }
}

/** Milliseconds of a protobuf timestamp, whose seconds are a Long. */
export function timeOf(stamp: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  if (!stamp) return 0;
  return Number(String(stamp.seconds ?? 0)) * 1000 + Math.floor((stamp.nanos ?? 0) / 1e6);
}

export function lastPollText(presence: WorkerPresence): string {
  return presence.lastPollMs === undefined
    ? 'no poll on record'
    : `last poll ${Math.round(presence.lastPollMs / 1000)} s ago`;
}
