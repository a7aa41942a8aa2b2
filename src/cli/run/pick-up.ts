import { type App, idleText, lastPollText, type RunEvent, workerPresence } from '../../client/index.js';

/** Time within which a live worker takes a run up; later, the user is told who polled when. */
const PICK_UP_MS = 2_000;

export interface PickUp extends Disposable {
  event(event: RunEvent): void;
}

/** Says so when no worker takes the run up. */
export function noWorkerWarning(app: App, note: (text: string) => void): PickUp {
  let pickedUp = false;
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const warn = async (taskQueue: string) => {
    const presence = await workerPresence(app.open, taskQueue).catch(() => undefined);
    if (pickedUp || over || !presence) return;
    if (presence.idle) {
      const { problem, fix } = idleText(presence.idle);
      note(`${problem}; waiting. Make one current: ${fix}`);
      return;
    }
    const who = presence.pollers.length === 0 ? 'no worker polls' : 'no worker has taken the run from';
    note(`${who} task queue ${taskQueue} (${lastPollText(presence)}); waiting. Start one: mcpa worker`);
  };
  return {
    event(event) {
      if (event.depth !== undefined) return;
      if (event.type === 'run_started' && !pickedUp)
        timer ??= setTimeout(() => void warn(event.taskQueue), PICK_UP_MS);
      if (event.type === 'task_started') pickedUp = true;
    },
    [Symbol.dispose]() {
      over = true;
      clearTimeout(timer);
    },
  };
}
