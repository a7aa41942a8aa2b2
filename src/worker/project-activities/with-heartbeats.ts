import { Context } from '@temporalio/activity';

type Activity = (...args: unknown[]) => unknown;

/**
 * Activities that tell the engine that their worker lives, and so learn of a cancellation, where their caller set a
 * heartbeat timeout. Details that an activity sends are sent along: its next attempt finds the last ones.
 */
export function withHeartbeats(activities: object, intervalMs: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(activities).map(([name, run]) => [
      name,
      typeof run === 'function' ? beating(run as Activity, intervalMs) : run,
    ]),
  );
}

function beating(run: Activity, intervalMs: number): Activity {
  return async (...args) => {
    const context = Context.current();
    const { heartbeatTimeoutMs, heartbeatDetails } = context.info;
    if (!heartbeatTimeoutMs) return run(...args);
    let details: unknown = heartbeatDetails;
    const send = context.heartbeat;
    Object.assign(context, {
      heartbeat: (next?: unknown) => {
        details = next;
        send(next);
      },
    });
    const timer = setInterval(() => send(details), Math.min(intervalMs, heartbeatTimeoutMs / 3));
    timer.unref();
    try {
      return await run(...args);
    } finally {
      clearInterval(timer);
    }
  };
}
