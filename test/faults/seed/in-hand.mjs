const STARTED = 2;

/** The activities of these runs that this worker has begun and not ended, as the engine knows them. */
export async function inHand(app, ids, pid) {
  const found = await Promise.all(
    ids.map(async (id) => {
      // A run that has not begun, or an engine that is away too.
      const description = await app
        .getHandle(id)
        .describe()
        .catch(() => undefined);
      const pending = description?.raw.pendingActivities ?? [];
      return pending
        .filter(
          ({ state, lastWorkerIdentity }) => state === STARTED && lastWorkerIdentity.startsWith(`${pid}@`),
        )
        .map(({ activityId, attempt }) => ({ id, activityId, attempt }));
    }),
  );
  return found.flat();
}

/**
 * Milliseconds from the kill of a worker until each activity that it had in hand begins again or, where it may not be
 * repeated, is given up, upon which the model is told.
 */
export async function noticed(app, kills) {
  const ids = [...new Set(kills.flatMap(({ held }) => held.map(({ id }) => id)))];
  const histories = new Map();
  for (const id of ids) {
    const { events } = await app.open.client.workflow.getHandle(id).fetchHistory();
    histories.set(id, events);
  }
  return kills.flatMap(({ at, held }) =>
    held.flatMap(({ id, activityId, attempt }) => {
      const events = histories.get(id);
      const scheduled = events.find(
        (event) => event.activityTaskScheduledEventAttributes?.activityId === activityId,
      );
      const of = (attributes) => String(attributes?.scheduledEventId) === String(scheduled?.eventId);
      const next = events.find((event) => {
        const { activityTaskStartedEventAttributes: started, activityTaskTimedOutEventAttributes: timedOut } =
          event;
        // History has the last attempt only: it is the next one unless that failed too.
        return millis(event) > at && ((of(started) && started.attempt === attempt + 1) || of(timedOut));
      });
      return next === undefined ? [] : [Math.round(millis(next) - at)];
    }),
  );
}

const millis = ({ eventTime: { seconds, nanos } }) => Number(seconds) * 1_000 + nanos / 1e6;
