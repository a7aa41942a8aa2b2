import { defineSignal, setHandler } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import type { PauseRequest } from '../../core/index.js';
import type { Gate } from './gate.js';

const NAMES = ['pause', 'resume'] as const;
type Name = (typeof NAMES)[number];

/**
 * Plain `pause` and `resume` work the gate while the workflow has no handler of that name. Once it registers
 * one, what was taken before is handed to it in order, and a gate that a plain `pause` closed opens.
 */
export function handlePlainSignals(gate: Gate): void {
  const taken: Array<{ name: Name; args: unknown[] }> = [];
  const owned = new Set<string>();
  let closedHere = false;
  const take = (name: Name) => (request?: PauseRequest) => {
    taken.push({ name, args: request === undefined ? [] : [request] });
    if (name === 'resume') gate.resume();
    else {
      closedHere ||= !gate.pausedByUser;
      gate.pause(isRequest(request) ? request : undefined);
    }
  };
  for (const name of NAMES) setHandler(defineSignal<[PauseRequest?]>(name), take(name));

  // The SDK has no hook for "a handler was registered": its map of handlers is the one place that knows.
  const activator = getActivator();
  const handlers = activator.signalHandlers;
  const set = handlers.set.bind(handlers);
  const deliver = (past: boolean) => {
    for (let at = 0; taken[at] !== undefined; ) {
      const { name, args } = taken[at] as { name: Name; args: unknown[] };
      const handler = owned.has(name) ? handlers.get(name)?.handler : undefined;
      if (handler !== undefined) {
        taken.splice(at, 1);
        void (async () => handler(...args))().catch((error: unknown) =>
          activator.handleWorkflowFailure(error),
        );
      } else if (past) at += 1;
      else return;
    }
  };
  handlers.set = (name, entry) => {
    set(name, entry);
    if (!NAMES.some((each) => each === name)) return handlers;
    owned.add(name);
    if (closedHere) gate.unpause();
    closedHere = false;
    deliver(false);
    // In order, so not past a signal of the other name, unless that one isn't registered in the same breath.
    void Promise.resolve().then(() => deliver(true));
    return handlers;
  };
}

function isRequest(value: unknown): value is PauseRequest {
  return typeof value === 'object' && value !== null;
}
