import proto from '@temporalio/proto';

const { HistoryEvent } = proto.temporal.api.history.v1;

/**
 * Where each turn of a run began: the time of its model call, and the bytes of history before it. The bytes are those
 * of the events as the engine hands them out, which differ from its own count by parts in a thousand.
 */
export async function turnStarts(client, id, modelCall) {
  const { events = [] } = await client.workflow.getHandle(id).fetchHistory();
  const turns = [];
  let bytes = 0;
  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled && modelCall.test(scheduled.activityType.name)) turns.push({ at: millis(event), bytes });
    bytes += HistoryEvent.encode(event).finish().length;
  }
  return { turns, bytes, events: events.length };
}

/** Whether neighbouring model calls of a run were served by different workers, and how many there are. */
export async function changesOfWorker(client, id, modelCall) {
  const { events = [] } = await client.workflow.getHandle(id).fetchHistory();
  const calls = new Set();
  const workers = [];
  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled && modelCall.test(scheduled.activityType.name)) calls.add(String(event.eventId));
    const started = event.activityTaskStartedEventAttributes;
    if (started && calls.has(String(started.scheduledEventId))) workers.push(started.identity);
  }
  const changes = workers.filter((worker, n) => n > 0 && worker !== workers[n - 1]).length;
  return changes / (workers.length - 1);
}

/** Milliseconds between neighbouring turns, from turn `first` to turn `last`. */
export function gaps(turns, first, last) {
  return turns.slice(first, last).map(({ at }, n) => at - turns[first - 1 + n].at);
}

/** The size that the engine itself counts, and holds against its limit. */
export async function historySize(client, id) {
  return (await client.workflow.getHandle(id).describe()).historySize;
}

const millis = ({ eventTime: { seconds, nanos } }) => Number(seconds) * 1_000 + nanos / 1e6;
