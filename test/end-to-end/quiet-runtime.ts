import { DefaultLogger, Runtime } from '@temporalio/worker';

let installed = false;

/** The states of a worker in the test's own process are no news; there is one runtime for all files of a process. */
export function quietRuntime(): void {
  if (!installed) Runtime.install({ logger: new DefaultLogger('ERROR') });
  installed = true;
}
