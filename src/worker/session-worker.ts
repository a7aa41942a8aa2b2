import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection, Worker, WorkerOptions } from '@temporalio/worker';
import type { IsOpen } from './mcp/session/server-sessions.js';

const LOOK_MS = 100;

/** The task queue on which a worker alone takes calls: those in the sessions that it keeps. */
export function sessionQueueOf(taskQueue: string): string {
  return `${taskQueue}/sessions/${randomBytes(6).toString('base64url')}`;
}

/** Runs `main` with a second worker on the queue of its sessions, which stops when it does. */
export async function runWithSessions(
  main: Worker,
  run: () => Promise<void>,
  given: WorkerOptions,
  taskQueue: string,
  activities: object,
): Promise<void> {
  const { Worker: Sdk } = await import('@temporalio/worker');
  const { connection, namespace, identity, dataConverter, interceptors } = given;
  const worker = await Sdk.create({
    ...(connection === undefined ? {} : { connection }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(dataConverter === undefined ? {} : { dataConverter }),
    ...(interceptors?.activity === undefined ? {} : { interceptors: { activity: interceptors.activity } }),
    ...shared(given),
    identity: identity ?? main.options.identity,
    taskQueue,
    activities,
  });
  const ended = new AbortController();
  const both = [
    run().finally(() => ended.abort()),
    // A worker that drains takes no more calls, whoever told it to.
    stopWith(main, worker, ended.signal),
    worker.run().catch((error: unknown) => {
      if (main.getState() === 'RUNNING') main.shutdown();
      throw error;
    }),
  ];
  const failed = (await Promise.allSettled(both)).find((each) => each.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** Limits that hold for both. */
function shared(given: WorkerOptions): Partial<WorkerOptions> {
  const names = [
    'maxConcurrentActivityTaskExecutions',
    'maxHeartbeatThrottleInterval',
    'defaultHeartbeatThrottleInterval',
    'shutdownGraceTime',
    'shutdownForceTime',
  ] as const;
  return Object.fromEntries(
    names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
}

async function stopWith(main: Worker, worker: Worker, ended: AbortSignal): Promise<void> {
  while (!ended.aborted && ['INITIALIZED', 'RUNNING'].includes(main.getState()))
    await sleep(LOOK_MS, undefined, { signal: ended }).catch(() => undefined);
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

/** By the newest run of its workflow id: whether the chain that began with this one goes on. */
export function runIsOpen(connection: NativeConnection, namespace: string): IsOpen {
  return async ({ workflowId, firstRunId }) => {
    const request = { namespace, execution: { workflowId } };
    try {
      const { workflowExecutionInfo: info } =
        await connection.workflowService.describeWorkflowExecution(request);
      const first = info?.firstRunId;
      return !info?.closeTime && (!first || first === firstRunId);
    } catch (error) {
      // gRPC's NOT_FOUND: deleted, or past its retention.
      if ((error as { code?: number }).code === 5) return false;
      throw error;
    }
  };
}
