import { historySize } from '../../look/describe/run-details.js';
import type { EventBody } from '../events.js';
import type { HistoryEvent } from '../history-reader.js';

/** How full the history is, as the engine notes it with each workflow task. */
export class FillReader {
  #told = false;

  read({ eventId, workflowTaskStartedEventAttributes: task }: HistoryEvent): EventBody[] {
    if (this.#told) return [];
    const { events, bytes, share, danger } = historySize(
      Number(eventId ?? 0),
      Number(task?.historySizeBytes ?? 0),
    );
    if (!danger) return [];
    this.#told = true;
    return [{ type: 'history_nearly_full', events, bytes, share }];
  }
}
