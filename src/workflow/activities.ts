import { type ActivityOptions, scheduleActivity } from '@temporalio/workflow';
import { optionsFor } from './activity-options.js';

// biome-ignore lint/suspicious/noExplicitAny: any function of the module, as TypeScript's own `Parameters` says it
type Callable = (...args: any[]) => unknown;
/** A module's functions as a workflow calls them: each is an activity, and gives a promise. */
export type ActivitiesOf<T> = {
  [K in keyof T as T[K] extends Callable ? K : never]: T[K] extends (...args: never[]) => Promise<unknown>
    ? T[K]
    : T[K] extends Callable
      ? (...args: Parameters<T[K]>) => Promise<Awaited<ReturnType<T[K]>>>
      : never;
};

/**
 * The project's own activities, typed by their module, with timeouts and retry policies of the config; what `options`
 * say goes first.
 *
 * @example const { charge } = activities<typeof import('../activities.js')>();
 */
export function activities<T extends object>(options: ActivityOptions = {}): ActivitiesOf<T> {
  return new Proxy({} as ActivitiesOf<T>, {
    get(_, name) {
      // A promise that resolves to this object asks for `then`.
      if (typeof name !== 'string' || name === 'then') return undefined;
      return (...args: unknown[]) => {
        const usual = optionsFor({ names: [name], summary: name });
        return scheduleActivity(name, args, {
          ...usual,
          ...options,
          retry: { ...usual.retry, ...options.retry },
        });
      };
    },
  });
}
