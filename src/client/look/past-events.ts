import type { OpenClient } from '../connection.js';
import type { HistoryEvent } from '../history/history-reader.js';

/** The events that a run's history has now, from the first on; never waits for more. */
export async function* pastEvents(
  { client, where }: OpenClient,
  execution: { workflowId: string; runId: string },
): AsyncGenerator<HistoryEvent> {
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: where.namespace,
      execution,
      ...(nextPageToken && { nextPageToken }),
    });
    yield* page.history?.events ?? [];
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
  } while (nextPageToken !== undefined);
}
